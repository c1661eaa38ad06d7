#include "engine/memory/memory_cursor.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace rookery::engine {

MemoryCursor::MemoryCursor(std::shared_ptr<MemoryState> state, std::shared_ptr<VersionedMap> keyspace,
                           std::unique_ptr<PinnedSequence> pin, const CursorOptions& options)
    : state_(std::move(state)),
      keyspace_(std::move(keyspace)),
      pin_(std::move(pin)),
      lower_(options.lower),
      upper_(options.upper) {}

void MemoryCursor::SeekToFirst() { Seek(lower_); }

void MemoryCursor::SeekToLast() {
  const std::shared_lock lock(state_->mutex);
  SettleBackward(UpperEnd());
}

void MemoryCursor::Seek(std::string_view target) {
  const std::shared_lock lock(state_->mutex);
  SettleForward(rows().lower_bound(std::max(target, lower_)));
}

void MemoryCursor::SeekForPrev(std::string_view target) {
  const std::shared_lock lock(state_->mutex);
  const bool beyond = !upper_.empty() && target >= upper_;
  SettleBackward(beyond ? UpperEnd() : rows().upper_bound(target));
}

void MemoryCursor::Next() {
  const std::shared_lock lock(state_->mutex);
  SettleForward(std::next(row_));
}

void MemoryCursor::Prev() {
  const std::shared_lock lock(state_->mutex);
  SettleBackward(row_);
}

void MemoryCursor::SettleForward(Row row) {
  value_ = nullptr;
  for (; row != rows().end() && (upper_.empty() || row->first < upper_); ++row) {
    value_ = VersionedMap::VisibleIn(row->second, pin_->value());
    if (value_ == nullptr) continue;
    row_ = row;
    return;
  }
}

void MemoryCursor::SettleBackward(Row row) {
  value_ = nullptr;
  while (row != rows().begin()) {
    --row;
    if (row->first < lower_) return;
    value_ = VersionedMap::VisibleIn(row->second, pin_->value());
    if (value_ == nullptr) continue;
    row_ = row;
    return;
  }
}

}  // namespace rookery::engine
