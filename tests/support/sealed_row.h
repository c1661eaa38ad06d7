// Damaged rows whose checksum fits all the same, as an enemy would make them: what is behind the checksum must hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "codec/row_access.h"

namespace rookery::testing {

/// In memory of exactly its size, so that a sanitizer sees a read beyond it.
class SealedRow {
 public:
  /// Of the same bytes, but for the checksum.
  explicit SealedRow(std::string_view row) : bytes_(std::make_unique<char[]>(row.size())), size_(row.size()) {
    std::copy(row.begin(), row.end(), bytes_.get());
    if (size_ < codec::kHeadLength) return;
    codec::WriteHead({bytes_.get(), size_});
    bytes_[0] = row[0];
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// The row of a table that FlatBuffers built.
inline std::string RowOf(const flatbuffers::FlatBufferBuilder& builder) {
  std::string row(codec::kHeadLength, '\0');
  row.append(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  codec::WriteHead(row);
  return row;
}

}  // namespace rookery::testing
