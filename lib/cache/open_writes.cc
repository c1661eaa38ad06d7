#include "cache/open_writes.h"

#include <algorithm>
#include <utility>

namespace rookery::cache {

void OpenWrites::End(const Key& key) {
  const auto found = std::find(hashes_.begin(), hashes_.end(), key.hash());
  *found = hashes_.back();
  hashes_.pop_back();
}

std::vector<OpenWrites::BlockWrites>::iterator OpenWrites::FindBlock(const Key& key) {
  return std::find_if(blocks_.begin(), blocks_.end(), [&](const BlockWrites& writes) {
    return writes.hash == key.hash() && writes.key == key.bytes();
  });
}

void OpenWrites::BeginBlock(const Key& key, Block block) {
  if (const auto found = FindBlock(key); found != blocks_.end()) {
    ++found->writers;
  } else {
    blocks_.push_back({key.hash(), std::string(key.bytes()), 1, std::move(block), {}});
  }
}

Block OpenWrites::EndBlock(const Key& key, std::span<const std::uint64_t> rows, const BlockChange& change) {
  const auto writes = FindBlock(key);
  if (writes->block.object != nullptr) {
    const bool twice = std::any_of(rows.begin(), rows.end(), [&](std::uint64_t row) {
      return std::find(writes->rows.begin(), writes->rows.end(), row) != writes->rows.end();
    });
    writes->block = twice ? Block{} : change(writes->block);
    writes->rows.insert(writes->rows.end(), rows.begin(), rows.end());
  }
  if (--writes->writers > 0) return {};
  Block block = std::move(writes->block);
  std::swap(*writes, blocks_.back());
  blocks_.pop_back();
  return block;
}

void OpenWrites::SpoilBlocks() {
  for (BlockWrites& writes : blocks_) writes.block = {};
}

}  // namespace rookery::cache
