#include "engine/rocksdb/batch.h"

#include <string>

#include "engine/failed_cursor.h"
#include "engine/rocksdb/slice.h"

namespace rookery::engine {

RocksBatch::RocksBatch(const KeyspaceTable& keyspaces) : keyspaces_(keyspaces) {}

void RocksBatch::Put(KeyspaceId keyspace, std::string_view key, std::string_view value) {
  if (auto* handle = HandleOf(keyspace)) Note(batch_.Put(handle, ToSlice(key), ToSlice(value)));
}

void RocksBatch::Delete(KeyspaceId keyspace, std::string_view key) {
  if (auto* handle = HandleOf(keyspace)) Note(batch_.Delete(handle, ToSlice(key)));
}

void RocksBatch::DeleteRange(KeyspaceId keyspace, std::string_view begin, std::string_view end) {
  // RocksDB notices a range that is the wrong way round only after it has logged the batch.
  if (begin >= end) return;
  if (auto* handle = HandleOf(keyspace)) Note(batch_.DeleteRange(handle, ToSlice(begin), ToSlice(end)));
}

void RocksBatch::Clear() {
  batch_.Clear();
  problem_ = Status();
}

rocksdb::ColumnFamilyHandle* RocksBatch::HandleOf(KeyspaceId keyspace) {
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr && problem_.ok()) problem_ = NoSuchKeyspace(keyspace);
  return handle;
}

void RocksBatch::Note(const rocksdb::Status& status) {
  if (status.ok() || !problem_.ok()) return;
  problem_ = Status(StatusCode::kInvalidArgument, "a batch cannot hold this entry: " + status.ToString());
}

}  // namespace rookery::engine
