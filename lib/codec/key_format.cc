#include "codec/key_format.h"

#include "base/big_endian.h"

namespace rookery::codec {
namespace {

// A zero byte of the name is written as zero and kZeroFollows; zero and kEndFollows end the name. The end sorts below
// everything that could go on with the name, which keeps the order of names: "a" < "a\0" < "a\x01".
constexpr char kZeroFollows = '\xFF';
constexpr char kEndFollows = '\x01';
constexpr std::size_t kKindLength = 1;
constexpr std::size_t kEndLength = 2;
constexpr std::size_t kIdLength = sizeof(std::uint64_t);
constexpr std::size_t kBucketLength = sizeof(std::uint64_t);

/// The name behind its escaped bytes, or nullopt if it is no channel's. REQUIRES: every zero is followed by
/// kZeroFollows.
std::optional<std::string> Unescaped(std::string_view escaped) {
  if (escaped.empty() || escaped.size() > 2 * kMaxChannelBytes) return std::nullopt;
  std::string channel;
  channel.reserve(escaped.size());
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    channel.push_back(escaped[i]);
    if (escaped[i] == '\0') ++i;
  }
  if (channel.size() > kMaxChannelBytes) return std::nullopt;
  return channel;
}

bool DecodeAttachment(std::string_view rest, DecodedKey* key) {
  if (rest.size() <= kIdLength) return false;
  key->id = MessageIdOf(rest.substr(0, kIdLength));
  key->rest = rest.substr(kIdLength);
  return key->id.valid() && key->rest.size() <= kMaxAttachmentNameBytes;
}

bool DecodeChunk(std::string_view rest, DecodedKey* key) {
  if (rest.size() != 2 * kIdLength + sizeof(std::uint32_t)) return false;
  key->id = MessageIdOf(rest.substr(0, kIdLength));
  key->attachment = AttachmentId{base::ReadBigEndian<std::uint64_t>(rest.substr(kIdLength))};
  key->index = base::ReadBigEndian<std::uint32_t>(rest.substr(2 * kIdLength));
  return key->id.valid() && key->attachment.value != 0;
}

/// Fills in what follows the channel. False if `rest` is not what `kind` asks for.
bool DecodeRest(std::string_view rest, DecodedKey* key) {
  switch (key->kind) {
    case KeyKind::kMessage:
      if (rest.size() != kIdLength) return false;
      key->id = MessageIdOf(rest);
      return key->id.valid();
    case KeyKind::kRecord:
      key->rest = rest;
      return !rest.empty() && rest.size() <= kMaxRecordKeyBytes;
    case KeyKind::kNonce:
      key->rest = rest;
      return !rest.empty() && rest.size() <= kMaxNonceBytes;
    case KeyKind::kBucket:
    case KeyKind::kBucketMark:
      if (rest.size() != kBucketLength) return false;
      key->bucket = BucketOf(rest);
      return true;
    case KeyKind::kAttachment:
      return DecodeAttachment(rest, key);
    case KeyKind::kChunk:
      return DecodeChunk(rest, key);
  }
  return false;
}

}  // namespace

void AppendChannelPrefix(std::string* key, KeyKind kind, std::string_view channel) {
  key->push_back(static_cast<char>(kind));
  for (std::size_t zero = channel.find('\0'); zero != std::string_view::npos; zero = channel.find('\0')) {
    key->append(channel.substr(0, zero + 1)).push_back(kZeroFollows);
    channel.remove_prefix(zero + 1);
  }
  key->append(channel).push_back('\0');
  key->push_back(kEndFollows);
}

std::string ChannelPrefix(KeyKind kind, std::string_view channel) {
  std::string key;
  key.reserve(kKindLength + channel.size() + kEndLength + kIdLength);
  AppendChannelPrefix(&key, kind, channel);
  return key;
}

void AppendMessageId(std::string* key, MessageId id) { base::AppendBigEndian(key, ~id.value); }

std::string MessageKeyOf(std::string_view channel, MessageId id) {
  std::string key = ChannelPrefix(KeyKind::kMessage, channel);
  AppendMessageId(&key, id);
  return key;
}

std::string KindPrefix(KeyKind kind) { return std::string(1, static_cast<char>(kind)); }

KeyRange MessageKeysOf(std::string_view channel, const IdRange& ids) {
  // Ids are inverted: the highest comes first, and what follows the lowest is the one below it.
  return {MessageKeyOf(channel, ids.highest), MessageKeyOf(channel, MessageId{ids.lowest.value - 1})};
}

std::string RecordKeyOf(std::string_view channel, std::string_view record_key) {
  return ChannelPrefix(KeyKind::kRecord, channel).append(record_key);
}

std::string NonceKeyOf(std::string_view channel, std::string_view nonce) {
  return ChannelPrefix(KeyKind::kNonce, channel).append(nonce);
}

std::string BucketKeyOf(KeyKind kind, std::string_view channel, std::uint64_t bucket) {
  std::string key = ChannelPrefix(kind, channel);
  base::AppendBigEndian(&key, ~bucket);
  return key;
}

std::string MessagePrefix(KeyKind kind, std::string_view channel, MessageId id) {
  std::string key = ChannelPrefix(kind, channel);
  AppendMessageId(&key, id);
  return key;
}

std::string AttachmentKeyOf(std::string_view channel, MessageId id, std::string_view name) {
  return MessagePrefix(KeyKind::kAttachment, channel, id).append(name);
}

std::string ChunkKeyOf(const ChunkPlace& place, std::uint32_t index) {
  std::string key = MessagePrefix(KeyKind::kChunk, place.channel, place.message);
  base::AppendBigEndian(&key, place.attachment.value);
  base::AppendBigEndian(&key, index);
  return key;
}

std::string PrefixEnd(std::string_view prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.remove_suffix(1);
  std::string end(prefix);
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::size_t ChannelPrefixLength(std::string_view key) {
  std::size_t zero = key.find('\0', kKindLength);
  while (zero != std::string_view::npos && zero + 1 < key.size()) {
    if (key[zero + 1] == kEndFollows) return zero + kEndLength;
    if (key[zero + 1] != kZeroFollows) return 0;
    zero = key.find('\0', zero + 2);
  }
  return 0;
}

MessageId MessageIdOf(std::string_view message_key) {
  return MessageId{~base::ReadBigEndian<std::uint64_t>(message_key.substr(message_key.size() - kIdLength))};
}

std::uint64_t BucketOf(std::string_view bucket_key) {
  return ~base::ReadBigEndian<std::uint64_t>(bucket_key.substr(bucket_key.size() - kBucketLength));
}

std::optional<std::string> ChannelOfPrefix(std::string_view prefix) {
  const std::size_t length = ChannelPrefixLength(prefix);
  if (length == 0 || length != prefix.size()) return std::nullopt;
  return Unescaped(prefix.substr(kKindLength, length - kKindLength - kEndLength));
}

std::optional<DecodedKey> DecodeKey(std::string_view key) {
  const std::size_t prefix = ChannelPrefixLength(key);
  if (prefix == 0) return std::nullopt;
  auto channel = Unescaped(key.substr(kKindLength, prefix - kKindLength - kEndLength));
  if (!channel) return std::nullopt;
  DecodedKey decoded{.kind = static_cast<KeyKind>(static_cast<unsigned char>(key[0])), .channel = *std::move(channel)};
  if (!DecodeRest(key.substr(prefix), &decoded)) return std::nullopt;
  return decoded;
}

}  // namespace rookery::codec
