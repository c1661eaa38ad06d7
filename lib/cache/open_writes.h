// The writes of a shard that are under way, and the blocks that were set aside for them.
//
// A block (a window of a channel's newest messages) need not be dropped by a write: the writer knows what it changes.
// But it must not be served while the store is between old and new. So the first write that begins sets the block
// aside, each one that ends changes it, and the last one gives it back. Writes that overlap may end in another order
// than the store took them; that is of no matter as long as they are to different rows. Two writes to one row spoil the
// block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cache/key.h"

namespace rookery::cache {

/// An object that is shared with readers, and about how many bytes it takes.
struct Block {
  std::shared_ptr<const void> object;  // null: none
  std::size_t bytes = 0;
  std::uint32_t expiry = 0;  // as Entry::expiry, for a block that was set aside; 0: when a new entry expires
};

/// The block as a write leaves it; a null object drops it. Called under the shard's lock, if there is a block.
using BlockChange = std::function<Block(const Block& block)>;

/// Not thread-safe: owned by a shard and used under its lock.
class OpenWrites {
 public:
  /// Sets `block` aside, if this is the first write to the key.
  /// Changes nothing if it throws.
  void Begin(const Key& key, Block block);
  /// Changes the block; drops it if there is no memory for that. What it is now, if this was the last write to the key
  /// and it is not spoilt, else no object.
  Block End(const Key& key, std::span<const std::uint64_t> rows, const BlockChange& change);
  /// Calls visit(hash, writes) for each key with writes under way, for a table that is made anew.
  template <typename Visit>
  void VisitAll(Visit&& visit) const {
    for (const auto& [hash, writes] : keys_) visit(hash, writes.writers);
  }
  /// No block that is set aside now comes back.
  void SpoilBlocks();

 private:
  /// Beyond this a block is not worth keeping up to date: writes to its key have overlapped without a pause.
  static constexpr std::size_t kMostRows = 256;

  struct KeyWrites {
    std::string key;
    int writers;
    Block block;
    std::vector<std::uint64_t> rows;  // of the writes that have ended
  };
  using Keys = std::unordered_multimap<std::uint64_t, KeyWrites>;  // by Key::hash
  Keys::iterator Find(const Key& key);
  static void ApplyTo(KeyWrites* writes, std::span<const std::uint64_t> rows, const BlockChange& change);

  // A batch opens one for each of its channels.
  Keys keys_;
};

}  // namespace rookery::cache
