// The finished tables of one shard: rows in the order of their keys, cut into tables of a size that compaction likes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "rookery/status.h"

namespace rookery::store::bulk {

/// Used by one thread at a time.
class ShardTables {
 public:
  ShardTables(engine::Intake* intake, engine::KeyspaceId keyspace, engine::Packing packing)
      : intake_(*intake), keyspace_(keyspace), packing_(packing) {}

  /// REQUIRES: the key is greater than the one before.
  Status Add(std::string_view key, std::string_view value);
  Status Finish();
  /// As new.
  void Discard();

  // REQUIRES, for all below: finished.
  Result<bool> Contains(std::string_view key);
  engine::KeyspaceId keyspace() const { return keyspace_; }
  bool empty() const { return tables_.empty(); }
  /// Hands the tables over.
  void MoveTo(std::vector<std::unique_ptr<engine::SortedTable>>* all);

 private:
  Status FinishTable();

  engine::Intake& intake_;
  const engine::KeyspaceId keyspace_;
  const engine::Packing packing_;
  std::unique_ptr<engine::SortedTable> open_;
  std::string last_key_;  // of open_
  std::uint32_t rows_until_look_ = 0;
  std::vector<std::unique_ptr<engine::SortedTable>> tables_;
  std::vector<std::string> last_keys_;  // of tables_
};

}  // namespace rookery::store::bulk
