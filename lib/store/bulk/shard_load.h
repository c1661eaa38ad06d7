// One shard's part of a bulk load: its rows compared with what is stored, and written as finished tables.
//
// In the order of keys messages come before nonces, but nonces decide first: a message whose nonce is known is not
// written. So the nonces are walked twice, before and after the messages: once to see who drops out, once to write
// those of the messages that did not. Everything is decided by one snapshot, so a part can be done again by a newer
// one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "rookery/status.h"
#include "rookery/types.h"
#include "store/bulk/bucket_tally.h"
#include "store/bulk/index_set.h"
#include "store/bulk/merged_rows.h"
#include "store/bulk/shard_tables.h"
#include "store/bulk/start_thread.h"
#include "store/bulk/tangle.h"
#include "store/context.h"

namespace rookery::store::bulk {

/// What the parts of a load share. Outlives them.
struct LoadContext {
  const Context& store;
  engine::Intake* intake;
  const Runs& runs;
  engine::Packing packing = engine::Packing::kFast;
  ThreadStarter start_thread = StartThread;
  std::size_t part_bytes = 0;              // of memory, for one part
  bool may_refuse = false;                 // messages that cannot keep their id are left out; else they end the load
  std::atomic<std::uint64_t> messages{0};  // written or left out so far
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<bool> stop{false};  // somebody wants all parts to end
};

/// A message that could not keep its id.
struct Refused {
  std::uint64_t index;
  std::uint64_t tag;
  std::string channel;
  MessageId id;
};

/// What a part has done.
struct ShardOutcome {
  std::uint64_t posted = 0;
  std::uint64_t existed = 0;
  std::uint64_t renamed = 0;
  std::uint64_t bytes = 0;     // keys and values of messages
  MessageId highest_supplied;  // of the ids written that messages brought, or moved on to
  MessageId highest_id;        // of all ids written, also those that were made
  std::vector<Refused> refused;
};

/// Used by one thread at a time.
class ShardLoad {
 public:
  /// `runs` outlives it.
  ShardLoad(LoadContext* load, ShardId shard, const ShardRuns& runs);

  /// Does the part, or does it again. kInterrupted: `stop` was set. kAlreadyExists: an id is taken.
  Status Run(const engine::Snapshot* snapshot);

  ShardId shard() const { return shard_; }
  /// Of the runs.
  std::uint64_t input_bytes() const;
  const ShardOutcome& outcome() const { return outcome_; }
  ShardTables& tables() { return tables_; }
  const BucketTally& buckets() const { return buckets_; }

 private:
  friend class MessagePass;
  friend class NoncePass;

  LoadContext& load_;
  const ShardId shard_;
  const ShardRuns& runs_;
  const engine::KeyspaceId keyspace_;
  ShardTables tables_;
  BucketTally buckets_;
  ShardOutcome outcome_;
  IndexSet known_nonces_;                               // messages whose nonce is stored, or an earlier message's
  IndexSet left_out_;                                   // messages with a nonce that are not written for another reason
  std::unordered_map<std::uint64_t, MessageId> moved_;  // messages with a nonce: the id that they got
};

}  // namespace rookery::store::bulk
