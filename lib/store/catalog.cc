#include "store/catalog.h"

#include <algorithm>
#include <memory>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "routing/directory.h"
#include "store/retention/retention_rules.h"

namespace rookery::store {
namespace {

Status Damaged(std::string_view row) {
  return {StatusCode::kCorruption,
          "the catalog's " + std::string(row) + " is missing or cannot be decoded; restore the store from a copy"};
}

Timestamp FromMillis(std::uint64_t ms) { return Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(ms)}}; }

}  // namespace

Result<std::optional<std::string>> Catalog::Read(std::string_view key) const {
  RK_ASSIGN_OR_RETURN(auto value, engine_.Get(keyspace_, key));
  if (value == nullptr) return std::optional<std::string>();
  return std::optional<std::string>(value->view());
}

Status Catalog::Initialize(const codec::StoreIdentity& identity, const routing::ShardMap& map,
                           const std::vector<std::pair<std::string, ShardId>>& directory_entries,
                           std::chrono::milliseconds bucket_width) {
  const auto batch = engine_.NewBatch();
  batch->Put(keyspace_, codec::kIdentityKey, codec::EncodeIdentity(identity));
  batch->Put(keyspace_, codec::kShardMapKey, routing::EncodeShardMap(map));
  PutBucketWidth(batch.get(), bucket_width);
  for (const auto& [channel, shard] : directory_entries) PutDirectoryEntry(batch.get(), channel, shard);
  return engine_.Write(*batch, /*sync=*/true);
}

Result<codec::StoreIdentity> Catalog::ReadIdentity() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kIdentityKey));
  auto identity = bytes ? codec::DecodeIdentity(*bytes) : std::nullopt;
  if (!identity) return Damaged("identity row");
  return *std::move(identity);
}

Result<routing::ShardMap> Catalog::ReadShardMap() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kShardMapKey));
  auto map = bytes ? routing::DecodeShardMap(*bytes) : std::nullopt;
  if (!map) return Damaged("shard map");
  return *std::move(map);
}

Result<std::optional<Timestamp>> Catalog::ReadIdHorizon() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kIdHorizonKey));
  if (!bytes) return std::optional<Timestamp>();
  const auto ms = codec::DecodeU64(*bytes);
  if (!ms) return Damaged("id horizon");
  return std::optional<Timestamp>(FromMillis(*ms));
}

Result<std::optional<MessageId>> Catalog::ReadHighestSuppliedId() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kHighestSuppliedIdKey));
  if (!bytes) return std::optional<MessageId>();
  const auto id = codec::DecodeU64(*bytes);
  if (!id) return Damaged("highest supplied id");
  return std::optional<MessageId>(MessageId{*id});
}

Result<std::optional<std::chrono::milliseconds>> Catalog::ReadBucketWidth() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kBucketWidthKey));
  if (!bytes) return std::optional<std::chrono::milliseconds>();
  const auto ms = codec::DecodeU64(*bytes);
  if (!ms || *ms == 0 || *ms > std::uint64_t{MessageId::kMax >> MessageId::kTimeShift}) {
    return Damaged("width of buckets");
  }
  return std::optional(std::chrono::milliseconds{static_cast<std::int64_t>(*ms)});
}

Result<std::vector<RetentionRule>> Catalog::ReadRetentionRules() const {
  const std::string upper = codec::PrefixEnd(codec::kRetentionPrefix);
  const auto cursor =
      engine_.NewCursor(keyspace_, {.lower = codec::kRetentionPrefix, .upper = upper, .access = engine::Access::kScan});
  std::vector<RetentionRule> rules;
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    const std::string_view key = cursor->key().substr(codec::kRetentionPrefix.size());
    const auto limits = DecodeRetentionLimits(cursor->value());
    if (key.empty() || !limits) return Damaged("retention rule " + base::Quoted(key));
    RetentionRule rule{static_cast<RetentionScope>(key[0]), std::string(key.substr(1)), *limits};
    if (!CheckRetentionRule(rule).ok()) return Damaged("retention rule " + base::Quoted(key));
    rules.push_back(std::move(rule));
  }
  RK_TRY(cursor->status());
  return rules;
}

Result<std::optional<ReshardJob>> Catalog::ReadReshardJob() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kReshardJobKey));
  if (!bytes) return std::optional<ReshardJob>();
  auto job = DecodeReshardJob(*bytes);
  if (!job) return Damaged("reshard job");
  return std::optional(*std::move(job));
}

Result<ReshardProgress> Catalog::ReadReshardProgress() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kReshardProgressKey));
  if (!bytes) return ReshardProgress{};
  auto progress = DecodeReshardProgress(*bytes);
  if (!progress) return Damaged("progress of the reshard job");
  return *std::move(progress);
}

Result<AutopilotRow> Catalog::ReadAutopilotRow() const {
  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kAutopilotKey));
  if (!bytes) return AutopilotRow{};
  auto row = DecodeAutopilotRow(*bytes);
  if (!row) return Damaged("log of autopilot");
  return *std::move(row);
}

Status Catalog::TeachRouter(routing::Router* router, std::uint32_t shards) const {
  const std::shared_ptr<routing::Directory> directory = router->directory();
  if (directory == nullptr) return {};
  const std::string upper = codec::PrefixEnd(codec::kDirectoryPrefix);
  const auto cursor =
      engine_.NewCursor(keyspace_, {.lower = codec::kDirectoryPrefix, .upper = upper, .access = engine::Access::kScan});
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    const std::string_view channel = cursor->key().substr(codec::kDirectoryPrefix.size());
    const auto row = codec::DecodeDirectoryRow(cursor->value());
    const auto is_shard = [shards](const auto& of) { return of.shard.value < shards; };
    if (!row || !is_shard(*row) || !std::all_of(row->moves.begin(), row->moves.end(), is_shard)) {
      return Damaged("directory entry of channel " + base::Quoted(channel));
    }
    directory->Learn(channel, row->shard);
    for (const auto& [since, shard] : row->moves) directory->Move(channel, {since, shard});
  }
  RK_TRY(cursor->status());

  RK_ASSIGN_OR_RETURN(const auto bytes, Read(codec::kLoadsKey));
  if (!bytes) return {};
  const auto loads = codec::DecodeLoads(*bytes);
  // They may be of a time when there were more shards, or fewer.
  if (!loads || loads->size() > kMaxShards) return Damaged("loads of the shards");
  // The channels are counted by Learn; only the bytes are not to be had from the entries.
  for (std::uint32_t shard = 0; shard < loads->size(); ++shard) {
    router->NoteWritten(ShardId{shard}, (*loads)[shard].second);
  }
  return {};
}

Result<std::vector<codec::Upload>> Catalog::ReadUploads() const {
  const std::string upper = codec::PrefixEnd(codec::kUploadPrefix);
  const auto cursor =
      engine_.NewCursor(keyspace_, {.lower = codec::kUploadPrefix, .upper = upper, .access = engine::Access::kScan});
  std::vector<codec::Upload> uploads;
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
    auto upload = codec::DecodeUpload(cursor->key(), cursor->value());
    if (!upload) return Damaged("upload " + base::Quoted(cursor->key()));
    uploads.push_back(*std::move(upload));
  }
  RK_TRY(cursor->status());
  return uploads;
}

Result<bool> Catalog::IsUploading(codec::AttachmentId attachment, const engine::Snapshot* snapshot) const {
  RK_ASSIGN_OR_RETURN(const auto row, engine_.Get(keyspace_, codec::UploadKey(attachment), snapshot));
  return row != nullptr;
}

void Catalog::PutUpload(engine::Batch* batch, const codec::Upload& upload) const {
  batch->Put(keyspace_, codec::UploadKey(upload.attachment), codec::EncodeUpload(upload));
}

void Catalog::DeleteUpload(engine::Batch* batch, codec::AttachmentId attachment) const {
  batch->Delete(keyspace_, codec::UploadKey(attachment));
}

void Catalog::PutIdHorizon(engine::Batch* batch, Timestamp horizon) const {
  batch->Put(keyspace_, codec::kIdHorizonKey,
             codec::EncodeU64(static_cast<std::uint64_t>(horizon.time_since_epoch().count())));
}

void Catalog::PutHighestSuppliedId(engine::Batch* batch, MessageId id) const {
  batch->Put(keyspace_, codec::kHighestSuppliedIdKey, codec::EncodeU64(id.value));
}

void Catalog::PutDirectoryRow(engine::Batch* batch, std::string_view channel, const codec::DirectoryRow& row) const {
  batch->Put(keyspace_, codec::DirectoryKey(channel), codec::EncodeDirectoryRow(row));
}

void Catalog::PutBucketWidth(engine::Batch* batch, std::chrono::milliseconds width) const {
  batch->Put(keyspace_, codec::kBucketWidthKey, codec::EncodeU64(static_cast<std::uint64_t>(width.count())));
}

void Catalog::DeleteBucketWidth(engine::Batch* batch) const { batch->Delete(keyspace_, codec::kBucketWidthKey); }

void Catalog::PutRetentionRule(engine::Batch* batch, const RetentionRule& rule) const {
  const std::string key = std::string(codec::kRetentionPrefix) + static_cast<char>(rule.scope) + rule.name;
  if (rule.limits.empty()) {
    batch->Delete(keyspace_, key);
  } else {
    batch->Put(keyspace_, key, EncodeRetentionLimits(rule.limits));
  }
}

void Catalog::PutShardMap(engine::Batch* batch, const routing::ShardMap& map) const {
  batch->Put(keyspace_, codec::kShardMapKey, routing::EncodeShardMap(map));
}

void Catalog::PutReshardJob(engine::Batch* batch, const ReshardJob& job) const {
  batch->Put(keyspace_, codec::kReshardJobKey, EncodeReshardJob(job));
}

void Catalog::PutReshardProgress(engine::Batch* batch, const ReshardProgress& progress) const {
  batch->Put(keyspace_, codec::kReshardProgressKey, EncodeReshardProgress(progress));
}

void Catalog::DeleteReshardProgress(engine::Batch* batch) const {
  batch->Delete(keyspace_, codec::kReshardProgressKey);
}

void Catalog::PutAutopilotRow(engine::Batch* batch, const AutopilotRow& row) const {
  batch->Put(keyspace_, codec::kAutopilotKey, EncodeAutopilotRow(row));
}

void Catalog::DeleteDirectory(engine::Batch* batch) const {
  batch->DeleteRange(keyspace_, codec::kDirectoryPrefix, codec::PrefixEnd(codec::kDirectoryPrefix));
}

void Catalog::PutLoads(engine::Batch* batch, const routing::Router& router) const {
  const std::vector<routing::ShardLoad> loads = router.Loads();
  if (loads.empty()) return;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs;
  pairs.reserve(loads.size());
  for (const routing::ShardLoad& load : loads) pairs.emplace_back(load.channels, load.bytes_written);
  batch->Put(keyspace_, codec::kLoadsKey, codec::EncodeLoads(pairs));
}

}  // namespace rookery::store
