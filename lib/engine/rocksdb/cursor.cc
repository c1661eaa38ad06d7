#include "engine/rocksdb/cursor.h"

#include <rocksdb/perf_context.h>

#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {

void RocksCursor::Run(std::size_t limit, Direction direction, RowSink* sink) {
  rocksdb::Iterator& rows = *iterator_;
  for (std::size_t i = 0; i < limit && rows.Valid(); ++i) {
    if (!sink->Take(rows.key().ToStringView(), rows.value().ToStringView())) return;
    direction == Direction::kForward ? rows.Next() : rows.Prev();
  }
}

// RocksDB counts by default (PerfLevel::kEnableCount), thread by thread.
std::uint64_t RocksCursor::SteppedByThisThread() { return rocksdb::get_perf_context()->internal_delete_skipped_count; }

std::uint64_t RocksCursor::stepped() const { return SteppedByThisThread() - stepped_before_; }

Status RocksCursor::status() const { return Translate(iterator_->status(), "read", directory_); }

}  // namespace rookery::engine
