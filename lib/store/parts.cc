#include "store/parts.h"

#include "base/big_endian.h"

namespace rookery::store {
namespace {

using codec::KeyKind;

/// What a kind has behind the channel.
enum class Behind : std::uint8_t { kMessage, kBucket, kOther };

Behind BehindChannel(KeyKind kind) {
  switch (kind) {
    case KeyKind::kMessage:
    case KeyKind::kAttachment:
    case KeyKind::kChunk:
      return Behind::kMessage;
    case KeyKind::kBucket:
    case KeyKind::kBucketMark:
      return Behind::kBucket;
    case KeyKind::kRecord:
    case KeyKind::kNonce:
      break;
  }
  return Behind::kOther;
}

KeyKind KindOf(std::string_view key) { return static_cast<KeyKind>(static_cast<unsigned char>(key[0])); }

}  // namespace

std::optional<std::uint64_t> BucketOfRow(const BucketRule& rule, std::string_view key, std::size_t prefix_length) {
  const std::string_view number = key.substr(prefix_length, sizeof(std::uint64_t));
  const Behind behind = BehindChannel(KindOf(key));
  if (behind == Behind::kOther || number.size() < sizeof(std::uint64_t)) return std::nullopt;
  return behind == Behind::kBucket ? codec::BucketOf(number) : rule.BucketOf(codec::MessageIdOf(number));
}

std::optional<std::uint64_t> BucketOfRow(const BucketRule& rule, const codec::DecodedKey& key) {
  switch (BehindChannel(key.kind)) {
    case Behind::kMessage:
      return rule.BucketOf(key.id);
    case Behind::kBucket:
      return key.bucket;
    case Behind::kOther:
      break;
  }
  return std::nullopt;
}

std::string EndOfBucket(const BucketRule& rule, std::string_view prefix, std::uint64_t bucket) {
  std::string last(prefix);
  // Ids and buckets are inverted in keys: the lowest id comes last.
  const bool has_message = BehindChannel(KindOf(prefix)) == Behind::kMessage;
  base::AppendBigEndian(&last, ~(has_message ? rule.IdsOf(bucket).lowest.value : bucket));
  return codec::PrefixEnd(last);
}

}  // namespace rookery::store
