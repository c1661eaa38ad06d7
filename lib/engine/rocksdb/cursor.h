// A cursor of the RocksDB engine: thin, as pages are read through it and should cost what a bare iterator costs.
#pragma once

#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "engine/rocksdb/slice.h"

namespace rookery::engine {

class RocksCursor final : public Cursor {
 public:
  /// The iterator is given by Open, as it keeps pointers to the bounds that lie in this object. `directory` names the
  /// database in errors and must outlive the cursor.
  RocksCursor(const CursorOptions& options, const std::string& directory)
      : lower_(ToSlice(options.lower)),
        upper_(ToSlice(options.upper)),
        directory_(directory),
        stepped_before_(SteppedByThisThread()) {}

  /// Sets the bounds in `options`.
  void Bound(rocksdb::ReadOptions* options) const {
    if (!lower_.empty()) options->iterate_lower_bound = &lower_;
    if (!upper_.empty()) options->iterate_upper_bound = &upper_;
  }
  /// REQUIRES: made with options that Bound has set.
  void Open(rocksdb::Iterator* iterator) { iterator_.reset(iterator); }

  void SeekToFirst() override { iterator_->SeekToFirst(); }
  void SeekToLast() override { iterator_->SeekToLast(); }
  void Seek(std::string_view target) override { iterator_->Seek(ToSlice(target)); }
  void SeekForPrev(std::string_view target) override { iterator_->SeekForPrev(ToSlice(target)); }
  void Next() override { iterator_->Next(); }
  void Prev() override { iterator_->Prev(); }
  void Run(std::size_t limit, Direction direction, RowSink* sink) override;
  bool valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return iterator_->key().ToStringView(); }
  std::string_view value() const override { return iterator_->value().ToStringView(); }
  std::uint64_t stepped() const override;
  Status status() const override;

 private:
  static std::uint64_t SteppedByThisThread();

  const rocksdb::Slice lower_;
  const rocksdb::Slice upper_;
  const std::string& directory_;
  const std::uint64_t stepped_before_;  // by this thread, with other cursors
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace rookery::engine
