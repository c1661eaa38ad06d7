#include "store/record_writer.h"

#include <mutex>
#include <string>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/channel_guard.h"
#include "store/limits.h"
#include "store/row_error.h"
#include "store/version_check.h"

namespace rookery::store {

Result<std::optional<Version>> RecordWriter::StoredVersion(ShardId shard, std::string_view channel,
                                                           std::string_view key, std::string_view row_key) const {
  RK_ASSIGN_OR_RETURN(const auto value, context_.engine->Get(context_.KeyspaceOf(shard), row_key));
  if (value == nullptr) return std::optional<Version>();
  const auto fields = codec::DecodeRecord(value->view());
  if (!fields) return UnreadableRecord(shard, channel, key, value->view());
  return std::optional<Version>(fields->version);
}

Status RecordWriter::CheckExpected(const std::optional<Version>& expected, std::optional<Version> stored) {
  Status status = CheckVersion(expected, stored.value_or(Version{}));
  if (!status.ok()) context_.counters.version_conflicts.Add();
  return status;
}

Result<Version> RecordWriter::Put(std::string_view channel, std::string_view key, std::string_view value,
                                  const PutOptions& options) {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckRecordKey(key));
  RK_TRY(CheckRecordValue(value, context_.limits));
  if (options.version) RK_TRY(CheckSuppliedVersion(*options.version));
  if (context_.admission) {
    const std::size_t bytes = channel.size() + key.size() + value.size();
    RK_TRY(context_.admission->Admit(channel, {.bytes = static_cast<double>(bytes)}));
  }
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryPut(channel, key, value, options, attempt); });
}

Result<Version> RecordWriter::TryPut(std::string_view channel, std::string_view key, std::string_view value,
                                     const PutOptions& options, WriteAttempt* attempt) {
  RK_TRY(committer_.CheckWritable());
  const std::string row_key = codec::RecordKeyOf(channel, key);
  RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, channel, attempt));
  const std::lock_guard lock(locks_.For(row_key));
  std::optional<Version> stored;
  if (const auto shard = context_.routes->Find(channel)) {
    RK_ASSIGN_OR_RETURN(stored, StoredVersion(*shard, channel, key, row_key));
  }
  RK_TRY(CheckExpected(options.expected_version, stored));
  if (!options.version) RK_TRY(CheckNotLast(stored.value_or(Version{}), "record " + base::Quoted(key)));

  const Version version = options.version.value_or(Version{stored.value_or(Version{}).value + 1});
  const Timestamp now = context_.clock->Now();
  const auto scratch = committer_.NewScratch();
  const routing::WriteRoute route = context_.routes->FindOrPlace(channel);
  const std::string_view row = scratch->encoder.EncodeRecord(value, version, options.updated_at.value_or(now));
  scratch->batch->Put(context_.KeyspaceOf(route.shard), row_key, row);
  context_.NoteWritten(route.shard, row_key.size() + row.size());
  if (route.remember) catalog_.PutDirectoryEntry(scratch->batch.get(), channel, route.shard);
  RK_TRY(growing_rows_.Commit(*scratch->batch, {.now = now}, attempt));
  if (route.remember) {
    context_.routes->EntryStored(channel);
    context_.counters.channels_placed.Add();
  }
  context_.counters.records_written.Add();
  return version;
}

Result<bool> RecordWriter::Delete(std::string_view channel, std::string_view key, const DeleteOptions& options) {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckRecordKey(key));
  return context_.gate->Run(options.durability, options.timeout,
                            [&](WriteAttempt* attempt) { return TryDelete(channel, key, options, attempt); });
}

Result<bool> RecordWriter::TryDelete(std::string_view channel, std::string_view key, const DeleteOptions& options,
                                     WriteAttempt* attempt) {
  RK_TRY(committer_.CheckWritable());
  const std::string row_key = codec::RecordKeyOf(channel, key);
  RK_ASSIGN_OR_RETURN(const auto channel_lock, ShareChannel(&context_, channel, attempt));
  const std::lock_guard lock(locks_.For(row_key));
  const auto shard = context_.routes->Find(channel);
  std::optional<Version> stored;
  if (shard) {
    RK_ASSIGN_OR_RETURN(stored, StoredVersion(*shard, channel, key, row_key));
  }
  RK_TRY(CheckExpected(options.expected_version, stored));
  if (!stored) return false;
  const auto scratch = committer_.NewScratch();
  scratch->batch->Delete(context_.KeyspaceOf(*shard), row_key);
  RK_TRY(committer_.Commit(*scratch->batch, attempt));
  context_.counters.records_deleted.Add();
  return true;
}

}  // namespace rookery::store
