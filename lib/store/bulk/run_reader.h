// Reads one section of a run from its beginning to its end, a buffer at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/macros.h"
#include "engine/intake.h"
#include "rookery/status.h"
#include "store/bulk/entry.h"
#include "store/bulk/runs.h"

namespace rookery::store::bulk {

/// Used by one thread. `file` must outlive it.
class RunReader {
 public:
  RunReader(const engine::ScratchFile* file, Extent extent, std::size_t buffer_bytes)
      : file_(*file), position_(extent.begin), end_(extent.end), buffer_bytes_(buffer_bytes) {}

  /// Goes to the next group. False at the end. REQUIRES: the group before was read to its end.
  Result<bool> NextGroup();
  const std::string& prefix() const { return prefix_; }
  /// Goes to the next row of the group. False at its end.
  Result<bool> NextRow() {
    if (rows_left_ == 0) return false;
    --rows_left_;
    RK_TRY(Need(sizeof(EntryHeader)));
    const std::size_t size = EntryHeader::At(at_).size();
    RK_TRY(Need(size));
    entry_ = ReadEntry(at_);
    at_ += size;
    left_ -= size;
    return true;
  }
  /// Valid until the next call that goes further.
  const Entry& entry() const { return entry_; }
  /// Of the buffer: what was asked for, or more while it holds a row that is larger.
  std::size_t memory_bytes() const { return capacity_; }

 private:
  /// Sees to it that so many bytes are at at_.
  Status Need(std::size_t bytes) { return bytes <= left_ ? Status{} : Refill(bytes); }
  Status Refill(std::size_t bytes);

  const engine::ScratchFile& file_;
  std::uint64_t position_;  // of what is to be read next
  const std::uint64_t end_;
  const std::size_t buffer_bytes_;
  std::unique_ptr<char[]> buffer_;  // NOLINT(modernize-avoid-c-arrays): not to be zeroed
  std::size_t capacity_ = 0;
  const char* at_ = nullptr;
  std::size_t left_ = 0;
  std::string prefix_;
  std::uint32_t rows_left_ = 0;
  Entry entry_;
};

}  // namespace rookery::store::bulk
