// Which bucket an id lies in, and which ids a bucket has: windows of equal width over the time that ids tell.
#pragma once

#include <chrono>
#include <cstdint>

#include "codec/bucket_row.h"
#include "rookery/types.h"

namespace rookery::store {

/// Immutable value.
class BucketRule {
 public:
  /// REQUIRES: width >= 1 ms.
  constexpr explicit BucketRule(std::chrono::milliseconds width) : width_(static_cast<std::uint64_t>(width.count())) {}

  constexpr std::uint64_t BucketOf(MessageId id) const { return (id.value >> MessageId::kTimeShift) / width_; }

  constexpr codec::IdRange IdsOf(std::uint64_t bucket) const {
    constexpr std::uint64_t kLastMs = MessageId::kMax >> MessageId::kTimeShift;
    const std::uint64_t first_ms = bucket * width_;
    const std::uint64_t last_ms = kLastMs - first_ms < width_ ? kLastMs : first_ms + width_ - 1;
    const std::uint64_t lowest = first_ms << MessageId::kTimeShift;
    const std::uint64_t highest = ((last_ms + 1) << MessageId::kTimeShift) - 1;
    return {MessageId{lowest == 0 ? 1 : lowest}, MessageId{highest}};
  }

  std::chrono::milliseconds width() const { return std::chrono::milliseconds{static_cast<std::int64_t>(width_)}; }

 private:
  std::uint64_t width_;
};

}  // namespace rookery::store
