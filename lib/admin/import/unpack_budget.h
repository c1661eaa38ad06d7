// Counts what comes out of packed data and says when it is too much: the guard against decompression bombs.
#pragma once

#include <cstdint>
#include <string>

#include "admin/import/byte_stream.h"
#include "rookery/status.h"

namespace rookery::admin {

/// One per packed file; the entries of an archive share it. Thread-compatible.
class UnpackBudget {
 public:
  UnpackBudget(std::uint64_t packed_size, const UnpackLimits& limits) : packed_size_(packed_size), limits_(limits) {}

  const UnpackLimits& limits() const { return limits_; }

  /// `bytes` more came out. kCorruption when that is more than the limits allow.
  Status Take(std::uint64_t bytes) {
    unpacked_ += bytes;
    if (unpacked_ <= limits_.free_bytes || unpacked_ / limits_.max_ratio <= packed_size_) return {};
    return {StatusCode::kCorruption, "it unpacks to more than " + std::to_string(limits_.max_ratio) +
                                         " times its size, which looks like an attack; unpack it by hand if it is not"};
  }

 private:
  const std::uint64_t packed_size_;
  const UnpackLimits limits_;
  std::uint64_t unpacked_ = 0;
};

}  // namespace rookery::admin
