// Copies the rows of one shard of a damaged store into a new store, by the ways that callers write: so the new one
// makes its own buckets, nonces and directory entries, and nothing that is not whole gets into it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "assembly/damaged_walk.h"
#include "assembly/salvaged_catalog.h"
#include "codec/key_format.h"
#include "engine/engine.h"
#include "rookery/doctor.h"
#include "rookery/message.h"
#include "store/buckets/bucket_rule.h"
#include "store/store_impl.h"

namespace rookery::assembly {

/// Whether a channel's rows are left where they are.
using IsLeft = std::function<bool(const std::string& channel)>;

/// Owned by one thread. All that it is given must outlive it.
class SalvageCopy {
 public:
  struct Parts {
    const engine::Engine& from;
    const SalvagedCatalog& catalog;
    store::StoreImpl& to;
    std::string cell;
    IsLeft is_left;
    const SalvageOptions& options;
    SalvageReport& report;
  };
  SalvageCopy(const Parts& parts, ShardId shard, engine::KeyspaceId keyspace);

  /// An error is one of the new store, or kInterrupted.
  Status Run();

 private:
  struct ChannelCount {
    std::uint64_t counted = 0;
    std::uint64_t copied = 0;
    bool exact = true;
  };

  Status TakeRow(std::string_view key, std::string_view value);
  Status TakeMessage(const codec::DecodedKey& key, std::string_view value);
  Status TakeRecord(const codec::DecodedKey& key, std::string_view value);
  void TakeBucket(const codec::DecodedKey& key, std::string_view value);
  Status TakeAttachment(const codec::DecodedKey& key, std::string_view value);
  Result<bool> CopyAttachment(const codec::DecodedKey& key, std::string_view value);
  Status WriteMessages();
  Status WriteOne(const NewMessage& message);
  /// Of a row that was read and is not whole.
  void LoseRow(std::string_view key);
  void AddGap(const WalkGap& gap);
  bool IsElsewhere(const codec::DecodedKey& key) const;
  Status Tell();

  const Parts parts_;
  const engine::KeyspaceId keyspace_;
  const store::BucketRule rule_;
  SalvagedShard counts_;
  std::deque<std::string> rows_;  // of messages_
  std::deque<std::string> names_;
  std::vector<NewMessage> messages_;
  std::size_t bytes_ = 0;
  std::map<std::string, ChannelCount> channels_;
};

}  // namespace rookery::assembly
