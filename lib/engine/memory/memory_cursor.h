// A cursor of the memory engine. Pins the sequence it reads at, so the row it stands on cannot go away.
#pragma once

#include <memory>
#include <string_view>

#include "engine/engine.h"
#include "engine/memory/memory_state.h"

namespace rookery::engine {

class MemoryCursor final : public Cursor {
 public:
  /// `pin` says which state is read.
  MemoryCursor(std::shared_ptr<MemoryState> state, std::shared_ptr<VersionedMap> keyspace,
               std::unique_ptr<PinnedSequence> pin, const CursorOptions& options);

  void SeekToFirst() override;
  void SeekToLast() override;
  void Seek(std::string_view target) override;
  void SeekForPrev(std::string_view target) override;
  void Next() override;
  void Prev() override;
  bool valid() const override { return value_ != nullptr; }
  std::string_view key() const override { return row_->first; }
  std::string_view value() const override { return *value_; }
  Status status() const override { return {}; }

 private:
  using Row = VersionedMap::Rows::const_iterator;
  // REQUIRES for all: the state's mutex is held.
  const VersionedMap::Rows& rows() const { return keyspace_->rows(); }
  Row UpperEnd() const { return upper_.empty() ? rows().end() : rows().lower_bound(upper_); }
  void SettleForward(Row row);   // on the first visible row from `row` on
  void SettleBackward(Row row);  // on the last visible row before `row`

  std::shared_ptr<MemoryState> state_;
  std::shared_ptr<VersionedMap> keyspace_;
  std::unique_ptr<PinnedSequence> pin_;
  std::string_view lower_;
  std::string_view upper_;
  Row row_;
  SharedValue value_;  // null: not on a row
};

}  // namespace rookery::engine
