#include "engine/rocksdb/log_reach.h"

#include <algorithm>

#include "engine/rocksdb/batch.h"

namespace rookery::engine {

rocksdb::WalFilter::WalProcessingOption LogReach::LogRecordFound(unsigned long long log_number,
                                                                 const std::string& log_file_name,
                                                                 const rocksdb::WriteBatch& batch,
                                                                 rocksdb::WriteBatch* /*new_batch*/,
                                                                 bool* /*batch_changed*/) {
  lengths_[log_number].Add(batch.GetDataSize());
  const std::uint64_t last = PositionOf(batch);
  // RocksDB begins a log with a batch of nothing, whose position is that of the logs, also if tables have come further.
  if (batch.Count() > 0) CheckOrder(log_number, log_file_name, last - batch.Count() + 1);
  position_ = std::max(position_, last);
  return WalProcessingOption::kIgnoreCurrentRecord;
}

std::uint64_t LogReach::BytesOf(std::uint64_t log_number) const {
  const auto found = lengths_.find(log_number);
  return found == lengths_.end() ? 0 : found->second.bytes();
}

void LogReach::CheckOrder(std::uint64_t log_number, const std::string& log_file_name, std::uint64_t first) {
  const auto listed = listed_.find(log_number);
  const std::uint64_t begin = std::max(position_ + 1, listed == listed_.end() ? 0 : listed->second.first);
  if (first >= begin || !order_.ok()) return;
  order_ = {StatusCode::kCorruption, log_file_name + " goes on with position " + std::to_string(first) + " where " +
                                         std::to_string(begin) +
                                         " is the next: it is another log, or of another time. Put the logs back, "
                                         "restore the store, or copy what can be read (rookery salvage STORE "
                                         "NEW_STORE)"};
}

}  // namespace rookery::engine
