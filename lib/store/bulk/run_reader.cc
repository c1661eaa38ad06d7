#include "store/bulk/run_reader.h"

#include <algorithm>
#include <cstring>

#include "base/big_endian.h"

namespace rookery::store::bulk {

Result<bool> RunReader::NextGroup() {
  if (left_ == 0 && position_ == end_) return false;
  constexpr std::size_t kHeader = sizeof(std::uint16_t) + sizeof(std::uint32_t);
  RK_TRY(Need(kHeader));
  const std::size_t length = base::ReadBigEndian<std::uint16_t>({at_, kHeader});
  rows_left_ = base::ReadBigEndian<std::uint32_t>(std::string_view(at_, kHeader).substr(sizeof(std::uint16_t)));
  RK_TRY(Need(kHeader + length));
  prefix_.assign(at_ + kHeader, length);
  at_ += kHeader + length;
  left_ -= kHeader + length;
  return true;
}

Status RunReader::Refill(std::size_t bytes) {
  const std::size_t wanted = std::max(bytes, buffer_bytes_);
  // What a large row has needed is let go behind it.
  if (wanted > capacity_ || (capacity_ > buffer_bytes_ && wanted == buffer_bytes_)) {
    std::unique_ptr<char[]> other(new char[wanted]);  // NOLINT(modernize-avoid-c-arrays)
    if (left_ > 0) std::memcpy(other.get(), at_, left_);
    buffer_ = std::move(other);
    capacity_ = wanted;
  } else if (left_ > 0) {
    std::memmove(buffer_.get(), at_, left_);
  }
  const std::size_t room = std::min<std::uint64_t>(capacity_ - left_, end_ - position_);
  RK_ASSIGN_OR_RETURN(const std::string_view read, file_.Read(position_, {buffer_.get() + left_, room}));
  if (read.data() != buffer_.get() + left_ && !read.empty())
    std::memcpy(buffer_.get() + left_, read.data(), read.size());
  position_ += read.size();
  left_ += read.size();
  at_ = buffer_.get();
  if (left_ >= bytes) return {};
  return {StatusCode::kIoError, "a file of a bulk load has become shorter; do not touch the files of an open store"};
}

}  // namespace rookery::store::bulk
