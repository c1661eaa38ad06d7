// The strings of a column: bytes side by side, and offsets between them.
//
// Strings are checked to be UTF-8 all at once when they are handed over. Bytes that are UTF-8 as a whole are so piece
// by piece too, if no piece begins within a character; that is noted for each as it is appended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "columns/buffer.h"

namespace rookery::columns {

/// `Offset`: std::int64_t for large strings, std::int32_t where Arrow has no others.
template <typename Offset>
class TextBuffer {
 public:
  void Append(std::string_view text) {
    if (offsets_.size() == 0) offsets_.Push(Offset{0});
    if (!text.empty() && (static_cast<unsigned char>(text[0]) & 0xC0) == 0x80) begins_within_character_ = true;
    bytes_.Append(text);
    offsets_.Push(static_cast<Offset>(bytes_.size()));
  }
  /// So many empty texts, and no others before.
  void AppendEmpty(std::size_t count) { offsets_.AppendZeros((count + 1) * sizeof(Offset)); }

  /// Puts U+FFFD for what is not UTF-8.
  void MakeUtf8();

  struct Buffers {
    Buffer offsets;
    Buffer bytes;
  };
  /// Is empty again, with room for as much.
  Buffers Take();

 private:
  Buffer offsets_;
  Buffer bytes_;
  bool begins_within_character_ = false;
};

}  // namespace rookery::columns
