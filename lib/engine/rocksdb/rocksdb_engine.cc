#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "engine/failed_cursor.h"
#include "engine/rocksdb/batch.h"
#include "engine/rocksdb/cursor.h"
#include "engine/rocksdb/prefix_transform.h"
#include "engine/rocksdb/rocksdb_engine_impl.h"
#include "engine/rocksdb/slice.h"
#include "engine/rocksdb/snapshot.h"
#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {
namespace {

constexpr std::size_t kScanReadahead = std::size_t{2} << 20;

class PinnableValue final : public PinnedValue {
 public:
  std::string_view view() const override { return slice_.ToStringView(); }
  rocksdb::PinnableSlice* slice() { return &slice_; }

 private:
  rocksdb::PinnableSlice slice_;
};

/// What RocksDB says, as Incomplete, to a write that would have to wait: nothing of it was written.
constexpr std::string_view kStallText = "Write stall";

/// Waiting is the store's, which knows until when: RocksDB would block as long as it takes.
rocksdb::WriteOptions WithoutWaiting(bool sync) {
  rocksdb::WriteOptions options;
  options.sync = sync;
  options.no_slowdown = true;
  return options;
}

rocksdb::ReadOptions ReadAt(const Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = RocksSnapshot::Raw(snapshot);
  return options;
}

/// The indexes of `keys` in the order of the keys.
std::vector<std::size_t> SortedOrder(std::span<const std::string_view> keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto less = [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; };
  if (!std::is_sorted(order.begin(), order.end(), less)) std::sort(order.begin(), order.end(), less);
  return order;
}

}  // namespace

RocksDbEngine::RocksDbEngine(Parts parts)
    : directory_(std::move(parts.directory)),
      prefix_(std::move(parts.prefix)),
      read_only_(parts.read_only),
      keys_(std::move(parts.keys)),
      profile_(std::move(parts.profile)),
      keeper_(std::move(parts.keeper)),
      env_(std::move(parts.env)),
      database_(std::move(parts.database)) {
  for (Handle& handle : parts.handles) {
    if (handle->GetName() == rocksdb::kDefaultColumnFamilyName) {
      default_family_ = std::move(handle);
    } else {
      keyspaces_.Add(std::move(handle));
    }
  }
}

RocksDbEngine::~RocksDbEngine() {
  // Whoever wants to know whether closing succeeded calls Close.
  static_cast<void>(Close());
}

std::unique_ptr<Batch> RocksDbEngine::NewBatch() { return std::make_unique<RocksBatch>(keyspaces_); }

Status RocksDbEngine::Write(Batch& batch, bool sync) {
  RK_TRY(CheckWritable());
  auto& rocks_batch = static_cast<RocksBatch&>(batch);
  if (!rocks_batch.problem().ok()) return rocks_batch.problem();
  if (MemtablesAreTooLarge()) return MemtablesTooLarge();
  const rocksdb::Status status = database_->Write(WithoutWaiting(sync), rocks_batch.raw());
  return status.ok() ? Status() : WriteOutcome(status, "write to");
}

Status RocksDbEngine::Sync() {
  if (read_only_) return {};
  // Not SyncWAL, which touches the log also after a failed write: see FailureLatch.
  rocksdb::WriteBatch nothing;
  return WriteOutcome(database_->Write(WithoutWaiting(/*sync=*/true), &nothing), "sync the log of");
}

Status RocksDbEngine::WriteOutcome(const rocksdb::Status& status, std::string_view action) {
  if (!status.IsIncomplete()) return write_failure_.Note(Check(status, action));
  const std::string_view text = status.getState() == nullptr ? "" : status.getState();
  if (text == kStallText) return Check(status, action);
  // Writes are stopped and what could end that has failed: the text is that failure.
  return write_failure_.Note(Check(rocksdb::Status::IOError(rocksdb::Slice(text)), action));
}

Result<std::unique_ptr<PinnedValue>> RocksDbEngine::Get(KeyspaceId keyspace, std::string_view key,
                                                        const Snapshot* snapshot) const {
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr) return NoSuchKeyspace(keyspace);
  auto value = std::make_unique<PinnableValue>();
  const rocksdb::Status status = database_->Get(ReadAt(snapshot), handle, ToSlice(key), value->slice());
  if (status.IsNotFound()) return std::unique_ptr<PinnedValue>();
  if (!status.ok()) return Check(status, "read");
  return std::unique_ptr<PinnedValue>(std::move(value));
}

Status RocksDbEngine::GetMany(KeyspaceId keyspace, std::span<const std::string_view> keys, const Snapshot* snapshot,
                              const std::function<void(std::size_t index, std::string_view value)>& found) const {
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr) return NoSuchKeyspace(keyspace);
  const std::vector<std::size_t> order = SortedOrder(keys);
  std::vector<rocksdb::Slice> sorted(keys.size());
  std::vector<std::size_t> place(keys.size());  // of keys[i] in `sorted`
  for (std::size_t i = 0; i < order.size(); ++i) {
    sorted[i] = ToSlice(keys[order[i]]);
    place[order[i]] = i;
  }
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database_->MultiGet(ReadAt(snapshot), handle, keys.size(), sorted.data(), values.data(), statuses.data(),
                      /*sorted_input=*/true);
  for (const rocksdb::Status& status : statuses) {
    if (!status.ok() && !status.IsNotFound()) return Check(status, "read");
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[place[i]].ok()) found(i, values[place[i]].ToStringView());
  }
  return {};
}

std::unique_ptr<Cursor> RocksDbEngine::NewCursor(KeyspaceId keyspace, const CursorOptions& options) const {
  rocksdb::ColumnFamilyHandle* handle = keyspaces_.Find(keyspace);
  if (handle == nullptr) return std::make_unique<FailedCursor>(NoSuchKeyspace(keyspace));
  rocksdb::ReadOptions read = ReadAt(options.snapshot);
  read.total_order_seek = options.access != Access::kPage || !WithinOnePrefix(prefix_, options.lower, options.upper);
  if (options.access == Access::kScan) {
    read.fill_cache = false;
    read.readahead_size = kScanReadahead;
  }
  auto cursor = std::make_unique<RocksCursor>(options, directory_);
  cursor->Bound(&read);
  cursor->Open(database_->NewIterator(read, handle));
  return cursor;
}

std::shared_ptr<const Snapshot> RocksDbEngine::NewSnapshot() const {
  return std::make_shared<RocksSnapshot>(database_.get());
}

Status RocksDbEngine::Check(const rocksdb::Status& status, std::string_view action) const {
  if (status.ok()) return {};
  return Translate(status, action, directory_);
}

Status RocksDbEngine::CheckWritable() const {
  if (!read_only_) return {};
  return {StatusCode::kUnsupported, directory_ + " is open for reading only; open it for writing"};
}

}  // namespace rookery::engine
