// Values of message, record and nonce rows: a one-byte envelope and a FlatBuffers table (docs/format/values.md).
//
// Encoding never fails: limits are checked by the store. Decoding trusts nothing: every offset is verified before a
// view is handed out, so hostile bytes give nullopt, never a wild read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// True if the envelope names a format newer than kValueFormat: the value was written by a later version.
bool IsNewerFormat(std::string_view value);

}  // namespace rookery::codec
