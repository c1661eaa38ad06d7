#include "store/bulk/shard_tables.h"

#include <algorithm>

#include "base/macros.h"

namespace rookery::store::bulk {
namespace {

constexpr std::uint64_t kTableBytes = std::uint64_t{64} << 20;
/// The size is asked for once in so many rows.
constexpr std::uint32_t kRowsPerLook = 256;

}  // namespace

Status ShardTables::Add(std::string_view key, std::string_view value) {
  if (open_ == nullptr) {
    RK_ASSIGN_OR_RETURN(open_, intake_.NewTable(keyspace_, packing_));
    rows_until_look_ = kRowsPerLook;
  }
  RK_TRY(open_->Add(key, value));
  if (--rows_until_look_ > 0) return {};
  rows_until_look_ = kRowsPerLook;
  if (open_->byte_size() < kTableBytes) return {};
  last_key_ = key;
  return FinishTable();
}

Status ShardTables::FinishTable() {
  RK_TRY(open_->Finish());
  tables_.push_back(std::move(open_));
  last_keys_.push_back(std::move(last_key_));
  return {};
}

Status ShardTables::Finish() {
  if (open_ == nullptr) return {};
  last_key_ = std::string(1, '\xFF');  // whatever comes after the table before
  return FinishTable();
}

void ShardTables::Discard() {
  open_ = nullptr;
  tables_.clear();
  last_keys_.clear();
}

Result<bool> ShardTables::Contains(std::string_view key) {
  const auto found = std::lower_bound(last_keys_.begin(), last_keys_.end(), key);
  if (found == last_keys_.end()) return false;
  return tables_[static_cast<std::size_t>(found - last_keys_.begin())]->Contains(key);
}

void ShardTables::MoveTo(std::vector<std::unique_ptr<engine::SortedTable>>* all) {
  for (auto& table : tables_) all->push_back(std::move(table));
  Discard();
}

}  // namespace rookery::store::bulk
