#include "store/retention/retention_edge.h"

#include <algorithm>
#include <limits>

namespace rookery::store {

std::optional<RetentionEdge> EdgeOf(const std::vector<Bucket>& buckets, const RetentionLimits& limits) {
  constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t messages_left = limits.max_messages.value_or(kAny);
  std::uint64_t bytes_left = limits.max_bytes.value_or(kAny);
  for (const Bucket& bucket : buckets) {
    const Tally row = TallyOf(bucket);
    if (row.live > messages_left || row.bytes > bytes_left)
      return RetentionEdge{bucket.number, messages_left, bytes_left};
    if (limits.max_messages) messages_left -= row.live;
    if (limits.max_bytes) bytes_left -= row.bytes;
  }
  return std::nullopt;
}

MessageId OldestKept(const RetentionLimits& limits, Timestamp now, Timestamp epoch) {
  if (!limits.max_age || now <= epoch || now - epoch <= *limits.max_age) return MessageId{1};
  const auto ms = static_cast<std::uint64_t>((now - epoch - *limits.max_age).count());
  constexpr std::uint64_t kLastMs = MessageId::kMax >> MessageId::kTimeShift;
  return MessageId{std::min(ms, kLastMs) << MessageId::kTimeShift};
}

}  // namespace rookery::store
