// What remembers, outside of the engine, how far a store has come: by it Open knows whether something is missing.
#pragma once

#include <cstdint>
#include <string_view>

#include "rookery/recovery.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::store {

/// What one batch did to one channel in one shard.
struct WrittenRun {
  using Kind = LostRun::Kind;
  Kind kind = Kind::kMessages;
  ShardId shard;
  std::string_view channel;  // as keys have it, escaped; codec::ChannelOfPrefix
  MessageId first;           // the lowest and the highest; 0 of records
  MessageId last;
  std::uint32_t count = 0;     // 0: a range, of so many as were there
  std::uint64_t position = 0;  // engine::Batch::position of its batch
};

/// Thread-safe. Never fails: one that cannot remember says so when the store is next opened.
class Witness {
 public:
  virtual ~Witness() = default;
  /// The engine has applied it, and nobody has been told yet.
  virtual void Wrote(const WrittenRun& run) noexcept = 0;
  /// The same of a whole batch, after its runs.
  virtual void Applied(std::uint64_t position) noexcept = 0;
  /// Every write up to `position` is on disk.
  virtual void Synced(std::uint64_t position) noexcept = 0;
  /// The store is closed, with everything on disk, and this is the last call.
  virtual Status End(std::uint64_t position) = 0;
};

}  // namespace rookery::store
