// Keeps the rows of the bucket map: writes those that are behind, cuts buckets in which nothing lives, and counts anew
// what a crash left uncounted.
//
// Idea: all of this holds a channel's lock exclusively, so that no write to the channel is under way: what is in memory
// is then what is stored. One channel at a time, so that nobody waits long.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/bucket_row.h"
#include "rookery/status.h"
#include "store/buckets/bucket_map.h"
#include "store/committer.h"
#include "store/context.h"

namespace rookery::store {

/// Thread-safe.
class BucketKeeper {
 public:
  BucketKeeper(Context* context, Committer* committer);

  /// At the beginning of a writing session: what the one before left marked will be counted when somebody asks.
  Status Recover();
  /// Writes the rows of all channels that are dirty now. What is written to meanwhile may stay dirty.
  Status Checkpoint();
  /// The same, but what the engine does not take at once is left marked, and counted when somebody asks.
  void CheckpointOnce();
  /// After a write, without locks: checkpoints some if too many are dirty. What fails here poisons the store.
  void AfterWrite();
  /// After a delete that left nothing in a bucket of the channel, without locks: removes such buckets. If the engine
  /// does not take it now, a checkpoint does it later.
  void Bury(std::string_view channel);
  /// Notes a deletion's tombstone, so that files and memtables rich in them are written anew in good time.
  void NoteTombstone(ShardId shard) { NoteGraves(shard, 1, 0); }
  /// The same of deletions at once: of so many rows, and of so many ranges.
  void NoteGraves(ShardId shard, std::uint64_t tombstones, std::uint64_t cuts);

  /// Adds messages that a bulk load has stored to the channel's buckets, and writes their rows. While it goes on the
  /// map is not complete.
  Status Absorb(std::string_view channel, const std::vector<std::pair<std::uint64_t, Tally>>& gains);
  /// The channel's live messages and their bytes.
  Result<Tally> Count(std::string_view channel);
  /// The channel's buckets, all of them counted, newest first.
  Result<std::vector<Bucket>> CountedBuckets(std::string_view channel);
  /// Reads and counts the messages with these ids, of the present state.
  Result<Tally> CountRows(std::string_view channel, const codec::IdRange& ids) const {
    return CountRows(channel, ids, *context_.NewSnapshot());
  }

 private:
  struct Graves {
    std::atomic<std::uint64_t> tombstones{0};
    std::atomic<std::uint64_t> cuts{0};
  };

  enum class Which { kDead, kDeadAndDirty, kDirty };
  /// Stores the rows of up to so many channels, until the engine refuses one.
  void StoreSome(std::size_t limit);
  /// Writes the rows of these buckets of the channel, and removes what is dead. kBusy: the engine refused it.
  Status TryStore(std::string_view channel, Which which, WriteAttempt* attempt);
  /// REQUIRES: the channel's lock is held exclusively.
  Status StoreRows(std::string_view channel, Which which, WriteAttempt* attempt);
  /// False: the map is not complete, so that nothing can be counted into it.
  Result<bool> Recount(std::string_view channel, std::uint64_t bucket);
  Result<Tally> CountRows(std::string_view channel, const codec::IdRange& ids, const engine::Snapshot& snapshot) const;

  Context& context_;
  Committer& committer_;
  std::vector<Graves> graves_;  // by shard, since the last flush that they asked for
};

}  // namespace rookery::store
