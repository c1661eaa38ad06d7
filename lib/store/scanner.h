// Walks the messages of many channels, shard by shard, with one cursor a shard: the bulk read behind Scan.
//
// Idea: a channel's messages are one run of keys, so a scan is runs and jumps between them. A run hands each row to the
// sink in place; a jump is one seek, past what the range of ids leaves out or to the next channel. A spread channel
// comes with the shard that it would be in, read with a cursor over all of its shards.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "store/context.h"

namespace rookery::store {

/// Owned by one thread. Must be gone before the engine is closed.
class Scanner {
 public:
  /// Ids from lowest to highest, both included.
  struct IdRange {
    MessageId lowest;
    MessageId highest;
  };

  /// `snapshot` may be null: one is taken. kInvalidArgument: a bad channel, prefix, id or shard.
  static Result<std::unique_ptr<Scanner>> New(const Context& context, const ScanQuery& query,
                                              std::shared_ptr<const engine::Snapshot> snapshot);

  /// As Scan::Read.
  Result<bool> Read(ScanSink* sink);

 private:
  /// A shard to visit; of the channels that the query names those that it holds, the next at the back.
  struct Visit {
    ShardId shard;
    std::optional<std::vector<std::string>> channels;
    bool of_spread = false;  // one channel, wherever its messages are; `shard` is where the rest of it is
  };
  class RunSink;

  Scanner(const Context& context, const ScanQuery& query, std::shared_ptr<const engine::Snapshot> snapshot);
  void PlanVisits(const ScanQuery& query);
  void PlanVisitsOfSpread(const ScanQuery& query);
  ShardId ShardOf(MessageId id) const;
  void OpenShard();
  /// Moves to the first message of the next channel that has one in the range. False: none in this shard.
  Result<bool> EnterChannel();
  Result<bool> EnterListedChannel();
  Result<bool> EnterFoundChannel();
  void SetChannel(std::string channel);
  /// Seeks the first message of the channel's range. False: it has none.
  Result<bool> SeekRange();
  bool forward() const { return direction_ == engine::Direction::kForward; }

  const Context& context_;
  const std::string name_prefix_;
  const IdRange range_;
  const engine::Direction direction_;  // of the cursor: ids are inverted in keys, so forward is newest first
  const std::shared_ptr<const engine::Snapshot> snapshot_;
  const routing::Router& router_;  // of the snapshot

  std::vector<Visit> visits_;  // the next, or the one whose cursor is open, at the back
  std::string lower_;
  std::string upper_;
  std::unique_ptr<engine::Cursor> cursor_;  // null: no shard is open

  std::string channel_;
  std::string channel_prefix_;  // of its keys; empty: none was entered in this shard
  bool in_channel_ = false;
  bool announced_ = false;  // the sink knows the channel
  bool taken_ = false;      // the sink had the row under the cursor
};

}  // namespace rookery::store
