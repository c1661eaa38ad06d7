#include "cache/open_writes.h"

#include <algorithm>
#include <new>
#include <utility>

namespace rookery::cache {

OpenWrites::Keys::iterator OpenWrites::Find(const Key& key) {
  const auto [first, last] = keys_.equal_range(key.hash());
  const auto found = std::find_if(first, last, [&](const auto& writes) { return writes.second.key == key.bytes(); });
  return found == last ? keys_.end() : found;
}

void OpenWrites::Begin(const Key& key, Block block) {
  if (const auto found = Find(key); found != keys_.end()) {
    ++found->second.writers;
  } else {
    keys_.emplace(key.hash(), KeyWrites{std::string(key.bytes()), 1, std::move(block), {}});
  }
}

Block OpenWrites::End(const Key& key, std::span<const std::uint64_t> rows, const BlockChange& change) {
  const auto found = Find(key);
  KeyWrites& writes = found->second;
  if (writes.block.object != nullptr) {
    try {
      ApplyTo(&writes, rows, change);
    } catch (const std::bad_alloc&) {
      // The block is gone, as what could not be brought up to date has to be.
    }
  }
  if (--writes.writers > 0) return {};
  Block block = std::move(writes.block);
  keys_.erase(found);
  return block;
}

void OpenWrites::ApplyTo(KeyWrites* writes, std::span<const std::uint64_t> rows, const BlockChange& change) {
  const Block before = std::exchange(writes->block, {});  // what throws leaves none
  if (writes->writers == 1 && writes->rows.empty()) {
    writes->block = change(before);
  } else {
    const bool twice = std::any_of(rows.begin(), rows.end(), [&](std::uint64_t row) {
      return std::find(writes->rows.begin(), writes->rows.end(), row) != writes->rows.end();
    });
    if (twice || writes->rows.size() + rows.size() > kMostRows) return;
    writes->rows.insert(writes->rows.end(), rows.begin(), rows.end());
    writes->block = change(before);
  }
  writes->block.expiry = before.expiry;
}

void OpenWrites::SpoilBlocks() {
  for (auto& [hash, writes] : keys_) writes.block = {};
}

}  // namespace rookery::cache
