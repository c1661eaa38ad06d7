// Compares the rows of the bucket map with the messages, channel by channel, as verify walks over them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "codec/bucket_row.h"
#include "engine/engine.h"
#include "rookery/status.h"
#include "store/buckets/bucket_rule.h"

namespace rookery::store {

/// Owned by one thread; for one shard. The engine and the snapshot must outlive it.
class BucketCheck {
 public:
  /// All that it tells Store::Repair makes right.
  using Report = std::function<void(std::string_view where, std::string what)>;

  /// Whether the bucket is another shard's, and its rows here are none of the check's business.
  using Skips = std::function<bool(std::string_view channel, std::uint64_t bucket)>;

  BucketCheck(const engine::Engine& engine, engine::KeyspaceId keyspace, const engine::Snapshot* snapshot,
              BucketRule rule, Skips skips, Report report)
      : engine_(engine),
        keyspace_(keyspace),
        snapshot_(snapshot),
        rule_(rule),
        skips_(std::move(skips)),
        report_(std::move(report)) {}

  /// What follows are this channel's messages.
  Status Enter(std::string_view channel);
  void Message(MessageId id, std::size_t bytes);
  /// All of the channel's messages were seen. No effect before the first Enter.
  void Leave();
  /// The row of a channel that has no messages.
  Status RowOfEmptyChannel(std::string_view channel, std::uint64_t bucket, const codec::BucketRow& row);

 private:
  struct Seen {
    codec::BucketRow row;
    bool stored = false;
    std::uint64_t live = 0;
    std::uint64_t bytes = 0;
  };
  std::string NameOf(std::uint64_t bucket) const;
  Result<bool> IsOpen(std::string_view channel, std::uint64_t bucket) const;

  const engine::Engine& engine_;
  const engine::KeyspaceId keyspace_;
  const engine::Snapshot* const snapshot_;
  const BucketRule rule_;
  const Skips skips_;
  const Report report_;
  std::string channel_;
  std::map<std::uint64_t, Seen> buckets_;
  std::set<std::uint64_t> open_;  // marked: the row is behind
};

}  // namespace rookery::store
