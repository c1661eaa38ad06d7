#include "cache/open_writes.h"

#include <algorithm>
#include <utility>

namespace rookery::cache {

std::vector<OpenWrites::KeyWrites>::iterator OpenWrites::Find(const Key& key) {
  return std::find_if(keys_.begin(), keys_.end(),
                      [&](const KeyWrites& writes) { return writes.hash == key.hash() && writes.key == key.bytes(); });
}

void OpenWrites::Begin(const Key& key, Block block) {
  if (const auto found = Find(key); found != keys_.end()) {
    ++found->writers;
  } else {
    keys_.push_back({key.hash(), std::string(key.bytes()), 1, std::move(block), {}});
  }
}

Block OpenWrites::End(const Key& key, std::span<const std::uint64_t> rows, const BlockChange& change) {
  const auto writes = Find(key);
  if (writes->block.object != nullptr) {
    const bool twice = std::any_of(rows.begin(), rows.end(), [&](std::uint64_t row) {
      return std::find(writes->rows.begin(), writes->rows.end(), row) != writes->rows.end();
    });
    writes->block = twice ? Block{} : change(writes->block);
    writes->rows.insert(writes->rows.end(), rows.begin(), rows.end());
  }
  if (--writes->writers > 0) return {};
  Block block = std::move(writes->block);
  std::swap(*writes, keys_.back());
  keys_.pop_back();
  return block;
}

void OpenWrites::SpoilBlocks() {
  for (KeyWrites& writes : keys_) writes.block = {};
}

}  // namespace rookery::cache
