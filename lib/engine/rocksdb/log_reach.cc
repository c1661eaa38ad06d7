#include "engine/rocksdb/log_reach.h"

#include <algorithm>

#include "engine/rocksdb/batch.h"

namespace rookery::engine {

/// Takes from a batch what it does to one keyspace.
class LogReach::Keeper final : public rocksdb::WriteBatch::Handler {
 public:
  Keeper(std::uint32_t keyspace, std::vector<Change>* changes) : keyspace_(keyspace), changes_(*changes) {}

  rocksdb::Status PutCF(std::uint32_t keyspace, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    return Add(keyspace, {.begin = key.ToString(), .value = value.ToString()});
  }
  rocksdb::Status DeleteCF(std::uint32_t keyspace, const rocksdb::Slice& key) override {
    return Add(keyspace, {.begin = key.ToString()});
  }
  rocksdb::Status SingleDeleteCF(std::uint32_t keyspace, const rocksdb::Slice& key) override {
    return Add(keyspace, {.begin = key.ToString()});
  }
  rocksdb::Status DeleteRangeCF(std::uint32_t keyspace, const rocksdb::Slice& begin,
                                const rocksdb::Slice& end) override {
    return Add(keyspace, {.begin = begin.ToString(), .end = end.ToString()});
  }

 private:
  rocksdb::Status Add(std::uint32_t keyspace, Change change) {
    if (keyspace == keyspace_) changes_.push_back(std::move(change));
    return rocksdb::Status::OK();
  }

  const std::uint32_t keyspace_;
  std::vector<Change>& changes_;
};

void LogReach::ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& oldest_logs,
                                        const std::map<std::string, std::uint32_t>& ids) {
  const auto id = ids.find(kept_);
  if (id == ids.end()) return;
  kept_id_ = id->second;
  const auto oldest = oldest_logs.find(id->second);
  if (oldest != oldest_logs.end()) kept_since_ = oldest->second;
}

rocksdb::WalFilter::WalProcessingOption LogReach::LogRecordFound(unsigned long long log_number,
                                                                 const std::string& log_file_name,
                                                                 const rocksdb::WriteBatch& batch,
                                                                 rocksdb::WriteBatch* /*new_batch*/,
                                                                 bool* /*batch_changed*/) {
  lengths_[log_number].Add(batch.GetDataSize());
  const std::uint64_t last = PositionOf(batch);
  // RocksDB begins a log with a batch of nothing, whose position is that of the logs, also if tables have come further.
  if (batch.Count() > 0) {
    const std::uint64_t first = last - batch.Count() + 1;
    CheckOrder(log_number, log_file_name, first);
    if (first > position_ + 1) gaps_.push_back({position_ + 1, first - 1});
  }
  position_ = std::max(position_, last);
  if (kept_id_ && log_number >= kept_since_) {
    Keeper keeper(*kept_id_, &changes_);
    // A batch that cannot be read RocksDB would not have passed on.
    static_cast<void>(batch.Iterate(&keeper));
  }
  return WalProcessingOption::kIgnoreCurrentRecord;
}

std::uint64_t LogReach::BytesOf(std::uint64_t log_number) const {
  const auto found = lengths_.find(log_number);
  return found == lengths_.end() ? 0 : found->second.bytes();
}

void LogReach::Replay(std::map<std::string, std::string>* rows) const {
  for (const Change& change : changes_) {
    if (change.end) {
      if (change.begin < *change.end) rows->erase(rows->lower_bound(change.begin), rows->lower_bound(*change.end));
    } else if (change.value) {
      (*rows)[change.begin] = *change.value;
    } else {
      rows->erase(change.begin);
    }
  }
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
