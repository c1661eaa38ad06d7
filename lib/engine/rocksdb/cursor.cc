#include "engine/rocksdb/cursor.h"

#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {

void RocksCursor::Run(std::size_t limit, Direction direction, RowSink* sink) {
  rocksdb::Iterator& rows = *iterator_;
  for (std::size_t i = 0; i < limit && rows.Valid(); ++i) {
    if (!sink->Take(rows.key().ToStringView(), rows.value().ToStringView())) return;
    direction == Direction::kForward ? rows.Next() : rows.Prev();
  }
}

Status RocksCursor::status() const { return Translate(iterator_->status(), "read", directory_); }

}  // namespace rookery::engine
