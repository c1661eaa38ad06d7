// Bytes in memory as a stream that hands them out in small pieces, so that every boundary is met.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "admin/import/byte_stream.h"

namespace rookery::admin {

class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(std::string bytes, std::size_t piece = 7) : bytes_(std::move(bytes)), piece_(piece) {}

  Result<std::size_t> Read(char* to, std::size_t size) override {
    const std::size_t count = std::min({size, piece_, bytes_.size() - at_});
    std::memcpy(to, bytes_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::uint64_t packed_bytes() const override { return at_; }

 private:
  const std::string bytes_;
  const std::size_t piece_;
  std::size_t at_ = 0;
};

/// `size` times the same byte, made as it is read.
class EndlessStream final : public ByteStream {
 public:
  EndlessStream(char byte, std::uint64_t size) : byte_(byte), left_(size) {}

  Result<std::size_t> Read(char* to, std::size_t size) override {
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
    std::memset(to, byte_, count);
    left_ -= count;
    return count;
  }
  std::uint64_t packed_bytes() const override { return 0; }

 private:
  const char byte_;
  std::uint64_t left_;
};

}  // namespace rookery::admin
