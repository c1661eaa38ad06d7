// The catalog of a store: reads and writes the rows in which the store keeps what it must know about itself.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/catalog_format.h"
#include "engine/engine.h"
#include "rookery/retention.h"
#include "rookery/routing.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "routing/router.h"
#include "routing/shard_map.h"
#include "store/reshard/autopilot_row.h"
#include "store/reshard/job.h"

namespace rookery::store {

/// Thread-safe; stateless beside the engine, which must outlive it. Errors name the row.
class Catalog {
 public:
  Catalog(engine::Engine* engine, engine::KeyspaceId keyspace) : engine_(*engine), keyspace_(keyspace) {}

  /// Writes the rows of a new store, durably and at once.
  Status Initialize(const codec::StoreIdentity& identity, const routing::ShardMap& map,
                    const std::vector<std::pair<std::string, ShardId>>& directory_entries,
                    std::chrono::milliseconds bucket_width);

  Result<codec::StoreIdentity> ReadIdentity() const;
  Result<routing::ShardMap> ReadShardMap() const;
  Result<std::optional<Timestamp>> ReadIdHorizon() const;
  Result<std::optional<MessageId>> ReadHighestSuppliedId() const;
  /// Absent if the bucket map is not complete.
  Result<std::optional<std::chrono::milliseconds>> ReadBucketWidth() const;
  Result<std::vector<RetentionRule>> ReadRetentionRules() const;
  /// The reshard job under way, or the last one.
  Result<std::optional<ReshardJob>> ReadReshardJob() const;
  Result<ReshardProgress> ReadReshardProgress() const;
  Result<AutopilotRow> ReadAutopilotRow() const;
  /// Hands the directory's entries and the shards' loads to the router of a directory, and the moves that are to come.
  /// `shards`: all of them are below.
  Status TeachRouter(routing::Router* router, std::uint32_t shards) const;

  /// The uploads that were begun and not finished; the one of an attachment, absent if it is finished or never was.
  Result<std::vector<codec::Upload>> ReadUploads() const;
  Result<bool> IsUploading(codec::AttachmentId attachment, const engine::Snapshot* snapshot) const;

  // Additions to a batch that is written by somebody else.
  void PutIdHorizon(engine::Batch* batch, Timestamp horizon) const;
  void PutHighestSuppliedId(engine::Batch* batch, MessageId id) const;
  void PutDirectoryEntry(engine::Batch* batch, std::string_view channel, ShardId shard) const {
    PutDirectoryRow(batch, channel, {.shard = shard});
  }
  void PutDirectoryRow(engine::Batch* batch, std::string_view channel, const codec::DirectoryRow& row) const;
  /// Says that the bucket map is complete, and how wide its buckets are.
  void PutBucketWidth(engine::Batch* batch, std::chrono::milliseconds width) const;
  void DeleteBucketWidth(engine::Batch* batch) const;
  /// A rule without limits is removed.
  void PutRetentionRule(engine::Batch* batch, const RetentionRule& rule) const;
  void PutUpload(engine::Batch* batch, const codec::Upload& upload) const;
  void DeleteUpload(engine::Batch* batch, codec::AttachmentId attachment) const;
  void PutShardMap(engine::Batch* batch, const routing::ShardMap& map) const;
  void PutReshardJob(engine::Batch* batch, const ReshardJob& job) const;
  void PutReshardProgress(engine::Batch* batch, const ReshardProgress& progress) const;
  void DeleteReshardProgress(engine::Batch* batch) const;
  void PutAutopilotRow(engine::Batch* batch, const AutopilotRow& row) const;
  void DeleteDirectory(engine::Batch* batch) const;
  void PutLoads(engine::Batch* batch, const routing::Router& router) const;

 private:
  /// The row's bytes, or nullopt if there is none.
  Result<std::optional<std::string>> Read(std::string_view key) const;

  engine::Engine& engine_;
  engine::KeyspaceId keyspace_;
};

}  // namespace rookery::store
