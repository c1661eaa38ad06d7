#include "codec/bucket_row.h"

#include <algorithm>

#include "base/big_endian.h"
#include "codec/message_codec.h"

namespace rookery::codec {
namespace {

constexpr std::size_t kEnvelopeLength = 1;
constexpr std::uint8_t kCountedFlag = 1;
constexpr std::size_t kHeadLength = kEnvelopeLength + 1 + 5 * sizeof(std::uint64_t);
constexpr std::size_t kGapLength = 2 * sizeof(std::uint64_t);

void AppendRange(std::string* bytes, const IdRange& range) {
  base::AppendBigEndian(bytes, range.lowest.value);
  base::AppendBigEndian(bytes, range.highest.value);
}

IdRange ReadRange(std::string_view bytes) {
  return {MessageId{base::ReadBigEndian<std::uint64_t>(bytes)},
          MessageId{base::ReadBigEndian<std::uint64_t>(bytes.substr(sizeof(std::uint64_t)))}};
}

/// Gaps that lie inside, in order and apart: anything else could hide messages.
bool AreSound(const BucketRow& row) {
  MessageId above{row.ids.highest.value};
  for (const IdRange& gap : row.gaps) {
    if (gap.empty() || gap.lowest <= row.ids.lowest || gap.highest >= above) return false;
    above = gap.lowest;
  }
  return true;
}

}  // namespace

std::string EncodeBucket(const BucketRow& row) {
  std::string bytes;
  const std::size_t gaps = std::min(row.gaps.size(), kMaxStoredGaps);
  bytes.reserve(kHeadLength + gaps * kGapLength);
  bytes.push_back(static_cast<char>(kValueFormat));
  bytes.push_back(static_cast<char>(row.counted ? kCountedFlag : 0));
  base::AppendBigEndian(&bytes, row.live);
  base::AppendBigEndian(&bytes, row.bytes);
  base::AppendBigEndian(&bytes, row.deleted);
  AppendRange(&bytes, row.ids);
  for (std::size_t i = 0; i < gaps; ++i) AppendRange(&bytes, row.gaps[i]);
  return bytes;
}

std::optional<BucketRow> DecodeBucket(std::string_view value) {
  if (value.size() < kHeadLength || (value.size() - kHeadLength) % kGapLength != 0) return std::nullopt;
  if (static_cast<std::uint8_t>(value[0]) != kValueFormat) return std::nullopt;
  const auto flags = static_cast<std::uint8_t>(value[1]);
  if ((flags & ~kCountedFlag) != 0) return std::nullopt;
  value.remove_prefix(kEnvelopeLength + 1);
  BucketRow row;
  row.counted = (flags & kCountedFlag) != 0;
  row.live = base::ReadBigEndian<std::uint64_t>(value);
  row.bytes = base::ReadBigEndian<std::uint64_t>(value.substr(sizeof(std::uint64_t)));
  row.deleted = base::ReadBigEndian<std::uint64_t>(value.substr(2 * sizeof(std::uint64_t)));
  row.ids = ReadRange(value.substr(3 * sizeof(std::uint64_t)));
  for (value.remove_prefix(5 * sizeof(std::uint64_t)); !value.empty(); value.remove_prefix(kGapLength)) {
    row.gaps.push_back(ReadRange(value));
  }
  if (row.gaps.size() > kMaxStoredGaps || !AreSound(row)) return std::nullopt;
  return row;
}

std::string EncodeBucketMark() { return std::string(1, static_cast<char>(kValueFormat)); }

}  // namespace rookery::codec
