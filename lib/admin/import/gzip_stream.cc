// Unpacks gzip while it streams: two fixed buffers, whatever the size of the file.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "admin/import/unpack_budget.h"
#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr std::array<char, 2> kMagic = {'\x1f', '\x8b'};

/// A stream of which some bytes were read already.
class PeekedStream final : public ByteStream {
 public:
  explicit PeekedStream(std::unique_ptr<ByteStream> rest) : rest_(std::move(rest)) {}

  /// Reads until two bytes are there, or the end.
  Status Peek() {
    while (size_ < head_.size()) {
      ADMIN_ASSIGN_OR_RETURN(const std::size_t count, rest_->Read(head_.data() + size_, head_.size() - size_));
      if (count == 0) break;
      size_ += count;
    }
    return {};
  }
  bool begins_like_gzip() const { return size_ == kMagic.size() && head_ == kMagic; }

  Result<std::size_t> Read(char* to, std::size_t size) override {
    if (taken_ == size_) return rest_->Read(to, size);
    const std::size_t count = std::min(size, size_ - taken_);
    std::memcpy(to, head_.data() + taken_, count);
    taken_ += count;
    return count;
  }

  std::uint64_t packed_bytes() const override { return rest_->packed_bytes(); }

 private:
  std::unique_ptr<ByteStream> rest_;
  std::array<char, 2> head_{};
  std::size_t size_ = 0;
  std::size_t taken_ = 0;
};

class GzipStream final : public ByteStream {
 public:
  GzipStream(std::unique_ptr<ByteStream> packed, std::uint64_t packed_size, const UnpackLimits& limits)
      : packed_(std::move(packed)), budget_(packed_size, limits), input_(kBufferBytes) {
    constexpr int kGzipOnly = 15 + 16;
    ready_ = inflateInit2(&inflater_, kGzipOnly) == Z_OK;
  }
  ~GzipStream() override { inflateEnd(&inflater_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  Result<std::size_t> Read(char* to, std::size_t size) override {
    if (!ready_) return Damaged("no memory to unpack gzip");
    const auto room = static_cast<uInt>(std::min<std::size_t>(size, std::size_t{1} << 30));
    inflater_.next_out = reinterpret_cast<Bytef*>(to);
    inflater_.avail_out = room;
    while (inflater_.avail_out == room && !ended_) ADMIN_TRY(Step());
    const std::size_t count = room - inflater_.avail_out;
    ADMIN_TRY(budget_.Take(count));
    return count;
  }

  std::uint64_t packed_bytes() const override { return packed_->packed_bytes(); }

 private:
  static Status Damaged(std::string_view what) { return {StatusCode::kCorruption, std::string(what)}; }

  Status Refill() {
    ADMIN_ASSIGN_OR_RETURN(const std::size_t count, packed_->Read(input_.data(), input_.size()));
    inflater_.next_in = reinterpret_cast<Bytef*>(input_.data());
    inflater_.avail_in = static_cast<uInt>(count);
    return {};
  }

  Status Step() {
    if (inflater_.avail_in == 0) {
      ADMIN_TRY(Refill());
      if (inflater_.avail_in == 0) {
        ended_ = true;
        return between_members_ ? Status{} : Damaged("the gzip data ends early; the file is cut off");
      }
    }
    if (between_members_ && *inflater_.next_in != static_cast<Bytef>(kMagic[0])) {
      ended_ = true;  // zeros or garbage after the last member: gzip ignores it, too
      return {};
    }
    between_members_ = false;
    const int code = inflate(&inflater_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      between_members_ = true;
      return inflateReset(&inflater_) == Z_OK ? Status{} : Damaged("gzip data cannot be unpacked further");
    }
    if (code == Z_OK || code == Z_BUF_ERROR) return {};
    return Damaged(std::string("the gzip data is damaged: ") +
                   (inflater_.msg != nullptr ? inflater_.msg : "unknown reason"));
  }

  std::unique_ptr<ByteStream> packed_;
  UnpackBudget budget_;
  std::vector<char> input_;
  z_stream inflater_{};
  bool ready_ = false;
  bool between_members_ = false;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> MaybeGunzip(std::unique_ptr<ByteStream> packed, std::uint64_t packed_size,
                                                const UnpackLimits& limits) {
  auto peeked = std::make_unique<PeekedStream>(std::move(packed));
  ADMIN_TRY(peeked->Peek());
  if (!peeked->begins_like_gzip()) return std::unique_ptr<ByteStream>(std::move(peeked));
  return std::unique_ptr<ByteStream>(std::make_unique<GzipStream>(std::move(peeked), packed_size, limits));
}

}  // namespace rookery::admin
