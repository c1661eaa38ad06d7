#include "admin/import/line_reader.h"

#include <algorithm>
#include <cstring>

#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

constexpr std::size_t kFirstBufferBytes = std::size_t{256} << 10;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

LineReader::LineReader(ByteStream* stream, std::size_t max_line_bytes)
    : stream_(stream), max_line_bytes_(max_line_bytes), buffer_(kFirstBufferBytes + kPadding) {}

/// Reads more behind what is buffered, making room first. False at the end of the stream.
Result<bool> LineReader::Refill() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, buffered());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ + kPadding == buffer_.size()) buffer_.resize(2 * end_ + kPadding);
  ADMIN_ASSIGN_OR_RETURN(const std::size_t count,
                         stream_->Read(buffer_.data() + end_, buffer_.size() - kPadding - end_));
  at_end_ = count == 0;
  end_ += count;
  return !at_end_;
}

void LineReader::Deliver(std::size_t length, Line* line) {
  *line = {{buffer_.data() + begin_, length}, ++lines_, offset_, length > max_line_bytes_};
  if (line->too_long) line->text = {};
  if (line->text.ends_with('\r')) line->text.remove_suffix(1);
  if (lines_ == 1 && line->text.starts_with(kByteOrderMark)) line->text.remove_prefix(kByteOrderMark.size());
}

Result<bool> LineReader::SkipLongLine(Line* line) {
  *line = {{}, ++lines_, offset_, true};
  while (true) {
    const auto* const newline = static_cast<const char*>(std::memchr(buffer_.data() + begin_, '\n', buffered()));
    const std::size_t skip =
        newline == nullptr ? buffered() : static_cast<std::size_t>(newline + 1 - buffer_.data()) - begin_;
    begin_ += skip;
    offset_ += skip;
    if (newline != nullptr) return true;
    ADMIN_ASSIGN_OR_RETURN(const bool more, Refill());
    if (!more) return true;
  }
}

Result<bool> LineReader::Next(Line* line) {
  std::size_t searched = 0;
  while (true) {
    const char* const from = buffer_.data() + begin_ + searched;
    const auto* const newline = static_cast<const char*>(std::memchr(from, '\n', buffered() - searched));
    if (newline != nullptr) {
      const std::size_t length = searched + static_cast<std::size_t>(newline - from);
      Deliver(length, line);
      begin_ += length + 1;
      offset_ += length + 1;
      return true;
    }
    searched = buffered();
    if (searched > max_line_bytes_) return SkipLongLine(line);
    ADMIN_ASSIGN_OR_RETURN(const bool more, Refill());
    if (more) continue;
    if (searched == 0) return false;
    Deliver(searched, line);
    begin_ = end_;
    offset_ += searched;
    return true;
  }
}

}  // namespace rookery::admin
