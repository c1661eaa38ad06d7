// What the readers of one query share: the store, its state at one moment, the plan, and which shard is next.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "columns/message_query.h"
#include "columns/open_store.h"
#include "rookery/reader.h"
#include "rookery/status.h"

namespace rookery::columns {

/// Hands out the numbers of shards, each once. Thread-safe.
class ShardQueue {
 public:
  explicit ShardQueue(std::uint32_t shards) : shards_(shards) {}
  /// nullopt: all were given.
  std::optional<ShardId> Next() {
    const std::uint32_t next = next_.fetch_add(1, std::memory_order_relaxed);
    return next < shards_ ? std::optional(ShardId{next}) : std::nullopt;
  }

 private:
  const std::uint32_t shards_;
  std::atomic<std::uint32_t> next_{0};
};

/// Thread-safe. Keeps old versions on disk while it lives.
class SharedScan {
 public:
  static Result<std::shared_ptr<SharedScan>> New(std::shared_ptr<const OpenStore> store, MessageQuery query);

  const OpenStore& store() const { return *store_; }
  const MessageQuery& query() const { return query_; }
  const QueryPlan& plan() const { return plan_; }
  const Snapshot& snapshot() const { return snapshot_; }
  std::uint32_t shards() const { return shards_; }
  ShardQueue& queue() { return queue_; }

  SharedScan(std::shared_ptr<const OpenStore> store, MessageQuery query, Snapshot snapshot, Timestamp epoch,
             std::uint32_t shards);

 private:
  const std::shared_ptr<const OpenStore> store_;
  const MessageQuery query_;
  const QueryPlan plan_;
  const std::uint32_t shards_;
  ShardQueue queue_;
  const Snapshot snapshot_;
};

}  // namespace rookery::columns
