// The only place that knows the bytes of keys. Grammar and worked example: docs/format/keys.md.
//
//   key      = kind channel rest
//   kind     = one byte, KeyKind
//   channel  = escaped bytes, 0x00 0x01      each 0x00 of the name is written 0x00 0xFF
//   rest     = message: 8 bytes, ~id big-endian, so that the newest message is the first key of its channel
//              record: the record's key; nonce: the nonce
//              bucket, bucket mark: 8 bytes, ~bucket big-endian, newest first as well
//
// The escape keeps order and ends itself: no channel's keys lie between another's. Keys sort by kind, channel, rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/types.h"

namespace rookery::codec {

/// The first byte of every key in a shard. Values are part of the format: append, never renumber.
enum class KeyKind : std::uint8_t {
  kMessage = 0x10,
  kRecord = 0x20,
  kNonce = 0x30,
  kBucket = 0x40,      // what is alive in a bucket
  kBucketMark = 0x41,  // the bucket was written to, and its row does not say so yet
};

/// Appends kind and escaped channel to *key: what all keys of that kind in that channel begin with.
void AppendChannelPrefix(std::string* key, KeyKind kind, std::string_view channel);
/// The same as a new string.
std::string ChannelPrefix(KeyKind kind, std::string_view channel);
/// Appends the 8 bytes that a message key ends with.
void AppendMessageId(std::string* key, MessageId id);

std::string MessageKeyOf(std::string_view channel, MessageId id);
std::string RecordKeyOf(std::string_view channel, std::string_view record_key);
std::string NonceKeyOf(std::string_view channel, std::string_view nonce);
/// `kind`: kBucket or kBucketMark.
std::string BucketKeyOf(KeyKind kind, std::string_view channel, std::uint64_t bucket);

/// The first key after all keys that begin with `prefix`. Empty if there is none (`prefix` is all 0xFF).
std::string PrefixEnd(std::string_view prefix);

/// The length of kind and channel, terminator included, at the front of `key`; 0 if it has none. Looks at the escape
/// only, at neither kind nor lengths. The engine's prefix rule: its name is kPrefixRuleName; change both or none.
std::size_t ChannelPrefixLength(std::string_view key);
inline constexpr const char* kPrefixRuleName = "rookery.channel.v1";

/// The id at the end of a message key. REQUIRES: `key` is one (decode it first if it is not trusted).
MessageId MessageIdOf(std::string_view message_key);

/// The bucket at the end of a bucket's key. REQUIRES: `key` is one.
std::uint64_t BucketOf(std::string_view bucket_key);

/// A key taken apart.
struct DecodedKey {
  KeyKind kind{};
  std::string channel = {};    // not escaped
  MessageId id = {};           // kMessage
  std::string_view rest = {};  // kRecord: the record's key; kNonce: the nonce. A view into the key.
  std::uint64_t bucket = 0;    // kBucket, kBucketMark
};

/// nullopt if the bytes are not a key: unknown kind, bad escape, channel empty or too long, wrong length, id 0.
std::optional<DecodedKey> DecodeKey(std::string_view key);

}  // namespace rookery::codec
