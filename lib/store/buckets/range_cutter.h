// Deletes all messages of one bucket with ids in a range: by a range deletion each time, with the nonces that led to
// them and their attachments, and tells cache and bucket map.
//
// Idea: the messages are read without a lock; the channel is locked only to write, if nothing was written to the bucket
// meanwhile. So nobody waits for the reading, however large the bucket is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/bucket_row.h"
#include "rookery/status.h"
#include "store/buckets/bucket_keeper.h"
#include "store/buckets/channel_buckets.h"
#include "store/committer.h"
#include "store/context.h"

namespace rookery::store {

/// Thread-safe.
class RangeCutter {
 public:
  RangeCutter(Context* context, Committer* committer, BucketKeeper* keeper)
      : context_(*context), committer_(*committer), keeper_(*keeper) {}

  /// Deletes the oldest messages of the bucket in `ids`, at most about 8,000, in one batch. Returns what was deleted: 0
  /// messages when nothing is left there.
  Result<Tally> CutSome(std::string_view channel, std::uint64_t bucket, const codec::IdRange& ids);

 private:
  struct Segment {
    Tally tally = {};
    codec::IdRange ids;  // what may be cut: no other message lies there
    std::vector<MessageId> messages = {};
    std::vector<MessageId> with_attachments = {};
    std::vector<std::string> nonces = {};
  };
  Result<Tally> TryCut(std::string_view channel, std::uint64_t bucket, const codec::IdRange& ids,
                       WriteAttempt* attempt);
  /// What must be the same before and after a read for what was read to be still there, as it was.
  struct State {
    const routing::Router* router = nullptr;
    std::uint64_t changes = 0;
    friend bool operator==(const State&, const State&) = default;
  };
  /// While nothing of the channel is under way; kBusy: the map may not know of all that is there.
  Result<State> StateAtRest(std::string_view channel, std::uint64_t bucket, WriteAttempt* attempt) const;
  Status CheckComplete() const;
  Result<State> StateOf(std::string_view channel, std::uint64_t bucket) const;
  Result<Segment> Read(ShardId shard, std::string_view channel, const codec::IdRange& ids) const;
  Status Write(ShardId shard, std::string_view channel, std::uint64_t bucket, const Segment& segment,
               WriteAttempt* attempt);

  Context& context_;
  Committer& committer_;
  BucketKeeper& keeper_;
};

}  // namespace rookery::store
