// Values of message, record, nonce, attachment and chunk rows: a one-byte envelope and a FlatBuffers table
// (docs/format/values.md).
//
// Encoding never fails: limits are checked by the store. Decoding trusts nothing: every offset is verified before a
// view is handed out, so hostile bytes give nullopt, never a wild read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codec/key_format.h"
#include "rookery/attachment.h"
#include "rookery/message.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::codec {

/// The newest format of values that this version reads and the one that it writes.
inline constexpr std::uint8_t kValueFormat = 1;

/// The most attributes that a decoded message may have. The store's limits must stay below it.
inline constexpr std::uint32_t kMaxStoredAttributes = 65'535;

/// The longest value that can be read back. What the store's limits allow must stay below it.
inline constexpr std::size_t kMaxValueBytes = (std::size_t{1} << 31) - 1;

/// A message's fields, as stored. `created_at` and `edited_at` are absent where nothing is to be stored.
struct MessageFields {
  std::string_view author = {};
  std::string_view content = {};
  MessageId reply_to = {};
  std::string_view nonce = {};
  bool nonce_remembered = false;
  std::span<const Attribute> attributes = {};  // sorted by name
  std::optional<Timestamp> created_at = {};    // absent: the id's time
  std::optional<Timestamp> edited_at = {};
  Version version = 1;
  std::uint32_t flags = 0;
  std::uint32_t attachment_count = 0;
};

/// The bytes of all chunks of an attachment but the last, which has what is left.
inline constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

/// An attachment's fields, as stored. Its name is in the key.
struct AttachmentFields {
  AttachmentId id = {};
  std::string_view media_type = {};
  std::string_view author = {};
  std::uint64_t size = 0;
  Timestamp created_at = {};
  Checksum128 checksum = {};

  std::uint32_t chunk_count() const { return static_cast<std::uint32_t>((size + kChunkBytes - 1) / kChunkBytes); }
};

/// REQUIRES: the attachment has so many chunks.
inline std::size_t SizeOfChunk(std::uint64_t attachment_size, std::uint32_t index) {
  const std::uint64_t before = std::uint64_t{index} * kChunkBytes;
  return static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, attachment_size - before));
}

/// A chunk's fields, as stored.
struct ChunkFields {
  AttachmentId attachment = {};
  std::uint32_t index = 0;
  std::string_view data = {};
  std::string_view author = {};
  Timestamp created_at = {};
  Checksum128 checksum = {};  // of data
};

/// Encodes rows; keeps its buffer between calls. Owned by one thread. A returned view lives until the next call.
class RowEncoder {
 public:
  RowEncoder();
  ~RowEncoder();
  RowEncoder(const RowEncoder&) = delete;
  RowEncoder& operator=(const RowEncoder&) = delete;

  std::string_view EncodeMessage(const MessageFields& fields);
  std::string_view EncodeRecord(std::string_view value, Version version, Timestamp updated_at);
  std::string_view EncodeNonce(MessageId id);
  std::string_view EncodeAttachment(const AttachmentFields& fields);
  std::string_view EncodeChunk(const ChunkFields& fields);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A view on `value`, which must outlive it; nullopt if the bytes are not a message row of a format this version reads.
std::optional<MessageView> DecodeMessage(std::string_view value, MessageId id, Timestamp epoch);

/// As DecodeMessage, of bytes that it accepted before: a copy of a cached row.
MessageView VerifiedMessage(std::string_view value, MessageId id, Timestamp epoch);
/// The same message in a copy of its bytes.
MessageView MovedMessage(const MessageView& message, std::string_view copy);

/// What a value was made of, for writing it again with changes. Views into the value.
MessageFields FieldsOf(const MessageView& message, std::vector<Attribute>* attribute_storage);

struct RecordFields {
  std::string_view value;
  Version version;
  Timestamp updated_at;
};
std::optional<RecordFields> DecodeRecord(std::string_view value);
std::optional<MessageId> DecodeNonce(std::string_view value);
/// nullopt also if the number of chunks is not what the size asks for. Views into the value.
std::optional<AttachmentFields> DecodeAttachment(std::string_view value);
/// nullopt also if the data is not of the size that the row states. The checksum is the caller's to compare.
std::optional<ChunkFields> DecodeChunk(std::string_view value);

/// True if the envelope names a format newer than kValueFormat: the value was written by a later version.
bool IsNewerFormat(std::string_view value);

}  // namespace rookery::codec
