// The only place that knows the bytes of keys. Grammar and worked example: docs/format/keys.md.
//
//   key      = kind channel rest
//   kind     = one byte, KeyKind
//   channel  = escaped bytes, 0x00 0x01      each 0x00 of the name is written 0x00 0xFF
//   rest     = message: 8 bytes, ~id big-endian, so that the newest message is the first key of its channel
//              record: the record's key; nonce: the nonce
//              bucket, bucket mark: 8 bytes, ~bucket big-endian, newest first as well
//              attachment: the message's 8 bytes, name
//              chunk: the message's 8 bytes, attachment id and index big-endian, 8 and 4 bytes
//
// The escape keeps order and ends itself: no channel's keys lie between another's. Keys sort by kind, channel, rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/id_range.h"
#include "rookery/types.h"

namespace rookery::codec {

/// The first byte of every key in a shard. Values are part of the format: append, never renumber.
enum class KeyKind : std::uint8_t {
  kMessage = 0x10,
  kRecord = 0x20,
  kNonce = 0x30,
  kBucket = 0x40,      // what is alive in a bucket
  kBucketMark = 0x41,  // the bucket was written to, and its row does not say so yet
  kAttachment = 0x50,
  kChunk = 0x51,
};

/// Names one upload of an attachment, and its chunks: made by the store's generator, never used again.
struct AttachmentId {
  std::uint64_t value = 0;

  constexpr AttachmentId() = default;
  constexpr explicit AttachmentId(std::uint64_t raw) : value(raw) {}

  friend constexpr auto operator<=>(AttachmentId, AttachmentId) = default;  // NOLINT(modernize-use-nullptr): not a null
};

/// Where the chunks of one upload are: under a message, by the upload's id.
struct ChunkPlace {
  std::string_view channel;
  MessageId message;
  AttachmentId attachment;
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

std::string AttachmentKeyOf(std::string_view channel, MessageId id, std::string_view name);
std::string ChunkKeyOf(const ChunkPlace& place, std::uint32_t index);
/// What the keys of a kind begin with that belong to one message: attachments and chunks.
std::string MessagePrefix(KeyKind kind, std::string_view channel, MessageId id);

/// What all keys of that kind begin with.
std::string KindPrefix(KeyKind kind);

/// The keys of a channel's messages with ids from lowest to highest, as [lower, upper). REQUIRES: ids is not empty.
struct KeyRange {
  std::string lower;
  std::string upper;
};
KeyRange MessageKeysOf(std::string_view channel, const IdRange& ids);

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

/// The name in what AppendChannelPrefix made. nullopt if the bytes are no such thing.
std::optional<std::string> ChannelOfPrefix(std::string_view prefix);

/// A key taken apart.
struct DecodedKey {
  KeyKind kind{};
  std::string channel = {};      // not escaped
  MessageId id = {};             // kMessage; kAttachment, kChunk: the message that it belongs to
  std::string_view rest = {};    // kRecord: its key; kNonce: the nonce; kAttachment: its name. A view into the key.
  AttachmentId attachment = {};  // kChunk
  std::uint32_t index = 0;       // kChunk
  std::uint64_t bucket = 0;      // kBucket, kBucketMark
};

/// nullopt if the bytes are not a key: unknown kind, bad escape, channel empty or too long, wrong length, id 0.
std::optional<DecodedKey> DecodeKey(std::string_view key);

}  // namespace rookery::codec
