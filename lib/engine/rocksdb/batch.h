// A batch of the RocksDB engine: a rocksdb::WriteBatch that remembers what could not be added to it.
#pragma once

#include <rocksdb/write_batch.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/engine.h"
#include "engine/rocksdb/keyspace_table.h"

namespace rookery::engine {

/// The place in the log of the last entry of a batch that was written.
std::uint64_t PositionOf(const rocksdb::WriteBatch& batch);

class RocksBatch final : public Batch {
 public:
  /// `keyspaces` must outlive the batch.
  explicit RocksBatch(const KeyspaceTable& keyspaces);

  void Put(KeyspaceId keyspace, std::string_view key, std::string_view value) override;
  void Delete(KeyspaceId keyspace, std::string_view key) override;
  void DeleteRange(KeyspaceId keyspace, std::string_view begin, std::string_view end) override;
  void Visit(BatchVisitor* visitor) const override;
  void Clear() override;
  std::size_t count() const override { return batch_.Count(); }
  std::size_t byte_size() const override { return batch_.GetDataSize(); }
  std::uint64_t position() const override { return PositionOf(batch_); }

  rocksdb::WriteBatch* raw() { return &batch_; }
  /// Why an entry could not be added; then the batch must not be written. OK if all were.
  const Status& problem() const { return problem_; }

 private:
  rocksdb::ColumnFamilyHandle* HandleOf(KeyspaceId keyspace);
  void Note(const rocksdb::Status& status);

  const KeyspaceTable& keyspaces_;
  rocksdb::WriteBatch batch_;
  Status problem_;
};

}  // namespace rookery::engine
