#include "engine/rocksdb/batch.h"

#include <string>

#include "engine/failed_cursor.h"
#include "engine/rocksdb/slice.h"

namespace rookery::engine {
namespace {

/// Tells of RocksDB's families by the names that they have here.
class VisitHandler final : public rocksdb::WriteBatch::Handler {
 public:
  VisitHandler(const KeyspaceTable& keyspaces, BatchVisitor* visitor) : keyspaces_(keyspaces), visitor_(*visitor) {}

  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    visitor_.Put(keyspaces_.OfFamily(family), key.ToStringView(), value.ToStringView());
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t family, const rocksdb::Slice& key) override {
    visitor_.Delete(keyspaces_.OfFamily(family), key.ToStringView());
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteRangeCF(std::uint32_t family, const rocksdb::Slice& begin, const rocksdb::Slice& end) override {
    visitor_.DeleteRange(keyspaces_.OfFamily(family), begin.ToStringView(), end.ToStringView());
    return rocksdb::Status::OK();
  }

 private:
  const KeyspaceTable& keyspaces_;
  BatchVisitor& visitor_;
};

}  // namespace

std::uint64_t PositionOf(const rocksdb::WriteBatch& batch) {
  // Its first eight bytes, little-endian, are the sequence number that RocksDB gave to its first entry.
  std::uint64_t first = 0;
  for (int i = 7; i >= 0; --i) first = first << 8U | static_cast<unsigned char>(batch.Data()[i]);
  return first + batch.Count() - 1;
}

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

void RocksBatch::Visit(BatchVisitor* visitor) const {
  VisitHandler handler(keyspaces_, visitor);
  // Only what can be in a batch of ours comes, so it cannot fail.
  batch_.Iterate(&handler).PermitUncheckedError();
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
