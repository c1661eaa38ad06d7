// Cuts a stream into lines in bounded memory: a line over the limit is announced and skipped, never held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "admin/import/byte_stream.h"

namespace rookery::admin {

struct Line {
  std::string_view text;     // without its end ("\n" or "\r\n"); empty if too long. Valid until the next Next().
  std::uint64_t number = 0;  // from 1
  std::uint64_t offset = 0;  // of its first byte in the stream
  bool too_long = false;
};

/// Used by one thread.
class LineReader {
 public:
  static constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20;
  /// So many bytes after the end of `text` may be read, whatever they hold: simdjson wants that.
  static constexpr std::size_t kPadding = 64;

  /// `stream` must outlive the reader.
  explicit LineReader(ByteStream* stream, std::size_t max_line_bytes = kMaxLineBytes);

  /// False at the end. The last line needs no end of line. A byte order mark at the start is skipped.
  Result<bool> Next(Line* line);

 private:
  std::size_t buffered() const { return end_ - begin_; }
  Result<bool> Refill();
  Result<bool> SkipLongLine(Line* line);
  void Deliver(std::size_t length, Line* line);

  ByteStream* const stream_;
  const std::size_t max_line_bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what was read and not delivered
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;  // in the stream, of begin_
  std::uint64_t lines_ = 0;
  bool at_end_ = false;
};

}  // namespace rookery::admin
