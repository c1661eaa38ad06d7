#include "codec/message_codec.h"

#include <array>
#include <limits>

#include "codec/bare_message.h"
#include "codec/plain_message.h"
#include "codec/row_access.h"

namespace rookery {

/// The one maker of views, so that every view is of verified bytes.
class MessageViewFactory {
 public:
  static MessageView Make(std::string_view verified, MessageId id, Timestamp id_time) {
    MessageView view;
    view.data_ = verified.data();
    view.size_ = verified.size();
    view.id_ = id;
    view.id_time_ = id_time;
    return view;
  }
  static MessageView Move(MessageView view, std::string_view copy) {
    view.data_ = copy.data();
    return view;
  }
};

Message Message::CopyOf(const MessageView& message) {
  auto owner = std::make_shared<std::string>(message.encoded());
  return {MessageViewFactory::Move(message, *owner), owner};
}

}  // namespace rookery

namespace rookery::codec {
namespace {

constexpr std::size_t kFirstBufferBytes = 1024;
/// A buffer that one giant row made larger than this is not kept for the next.
constexpr std::size_t kMostBytesKept = std::size_t{1} << 20;

/// No table nests deeper than an attribute in a message.
constexpr std::uint32_t kMaxDepth = 2;
constexpr std::uint32_t kMaxTables = 1 + kMaxStoredAttributes;

static_assert(kMaxValueBytes == FLATBUFFERS_MAX_BUFFER_SIZE);

/// Whether the value is of this format, with the bytes that it was written with.
bool HasHead(std::string_view value) {
  if (value.size() < kHeadLength || static_cast<std::uint8_t>(value[0]) != kEnvelope) return false;
  return flatbuffers::ReadScalar<std::uint32_t>(value.data() + 1) == ShortChecksumOf(value.substr(kHeadLength));
}

/// REQUIRES: HasHead(value)
template <typename Table>
bool HoldsTable(std::string_view value) {
  if (value.size() > kMaxValueBytes) return false;
  flatbuffers::Verifier::Options options;
  options.max_depth = kMaxDepth;
  options.max_tables = kMaxTables;
  options.check_alignment = false;  // the head shifts the table
  const auto* table = reinterpret_cast<const std::uint8_t*>(value.data()) + kHeadLength;
  return flatbuffers::Verifier(table, value.size() - kHeadLength, options).VerifyBuffer<Table>(nullptr);
}

template <typename Table>
bool IsRowOf(std::string_view value) {
  return HasHead(value) && HoldsTable<Table>(value);
}

std::size_t SizeOf(const flatbuffers::Vector<std::uint8_t>* field) { return field == nullptr ? 0 : field->size(); }

/// The bytes of all fields together, which is what a rewrite of the row would take. A hostile row can name the same
/// bytes in many fields and so claim more than it holds.
std::size_t ClaimedBytes(const row::Message& message) {
  std::size_t bytes = SizeOf(message.author()) + SizeOf(message.content()) + SizeOf(message.nonce());
  if (message.attributes() == nullptr) return bytes;
  for (const row::Attribute* attribute : *message.attributes()) {
    bytes += SizeOf(attribute->name()) + SizeOf(attribute->value());
  }
  return bytes;
}

bool IsMessage(std::string_view value) {
  if (!HasHead(value)) return false;
  if (IsPlainMessage(value.substr(kHeadLength))) return true;
  return HoldsTable<row::Message>(value) && ClaimedBytes(TableIn<row::Message>(value.data())) <= value.size();
}

std::int64_t MillisOf(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

struct RowEncoder::State {
  using Bytes = flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>>;
  using Attributes = flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<row::Attribute>>>;

  flatbuffers::FlatBufferBuilder builder{kFirstBufferBytes};
  std::vector<flatbuffers::Offset<row::Attribute>> attribute_offsets;
  std::string bare;

  void Begin() {
    if (builder.GetSize() > kMostBytesKept) {
      builder.Reset();
    } else {
      builder.Clear();
    }
  }

  /// A null offset, which makes the field absent, if there are no bytes.
  Bytes Add(std::string_view bytes) {
    if (bytes.empty()) return 0;
    return builder.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }

  Attributes Add(std::span<const Attribute> attributes) {
    if (attributes.empty()) return 0;
    attribute_offsets.clear();
    for (const Attribute& attribute : attributes) {
      const Bytes name = Add(attribute.name);
      const Bytes value = Add(attribute.value);
      attribute_offsets.push_back(row::CreateAttribute(builder, name, value));
    }
    return builder.CreateVector(attribute_offsets.data(), attribute_offsets.size());
  }

  template <typename Table>
  std::string_view Finish(flatbuffers::Offset<Table> root) {
    builder.Finish(root);
    // The builder fills its buffer from the back, so the head goes in front without a copy.
    constexpr std::array<std::uint8_t, kHeadLength> kHead{};
    builder.PushBytes(kHead.data(), kHead.size());
    const std::span<char> row(reinterpret_cast<char*>(builder.GetBufferPointer()), builder.GetSize());
    WriteHead(row);
    return {row.data(), row.size()};
  }
};

RowEncoder::RowEncoder() : state_(std::make_unique<State>()) {}
RowEncoder::~RowEncoder() = default;

std::string_view RowEncoder::EncodeMessage(const MessageFields& fields) {
  State& state = *state_;
  if (IsBare(fields) && fields.author.size() + fields.content.size() <= kMostBytesKept) {
    return EncodeBareMessage(fields, &state.bare);
  }
  state.Begin();
  const auto attributes = state.Add(fields.attributes);
  const auto nonce = state.Add(fields.nonce);
  const auto content = state.Add(fields.content);
  const auto author = state.Add(fields.author);
  // Wide fields first: they are laid from the back, so narrow ones do not leave gaps between them.
  row::MessageBuilder table(state.builder);
  if (fields.created_at) table.add_created_at(MillisOf(*fields.created_at));
  if (fields.edited_at) table.add_edited_at(MillisOf(*fields.edited_at));
  table.add_version(fields.version.value);
  table.add_reply_to(fields.reply_to.value);
  table.add_attributes(attributes);
  table.add_flags(fields.flags);
  table.add_attachment_count(fields.attachment_count);
  table.add_nonce(nonce);
  table.add_content(content);
  table.add_author(author);
  table.add_nonce_remembered(fields.nonce_remembered);
  return state.Finish(table.Finish());
}

std::string_view RowEncoder::EncodeRecord(std::string_view value, Version version, Timestamp updated_at) {
  State& state = *state_;
  state.Begin();
  const auto bytes = state.Add(value);
  return state.Finish(row::CreateRecord(state.builder, bytes, MillisOf(updated_at), version.value));
}

std::string_view RowEncoder::EncodeNonce(MessageId id) {
  state_->Begin();
  return state_->Finish(row::CreateNonce(state_->builder, id.value));
}

std::string_view RowEncoder::EncodeAttachment(const AttachmentFields& fields) {
  State& state = *state_;
  state.Begin();
  const auto author = state.Add(fields.author);
  const auto media_type = state.Add(fields.media_type);
  return state.Finish(row::CreateAttachment(state.builder, media_type, author, fields.id.value, fields.size,
                                            fields.chunk_count(), MillisOf(fields.created_at), fields.checksum.low,
                                            fields.checksum.high));
}

std::string_view RowEncoder::EncodeChunk(const ChunkFields& fields) {
  State& state = *state_;
  state.Begin();
  const auto author = state.Add(fields.author);
  const auto data = state.Add(fields.data);
  return state.Finish(row::CreateChunk(state.builder, data, author, fields.attachment.value, fields.index,
                                       static_cast<std::uint32_t>(fields.data.size()), MillisOf(fields.created_at),
                                       fields.checksum.low, fields.checksum.high));
}

std::optional<MessageView> DecodeMessage(std::string_view value, MessageId id, Timestamp epoch) {
  if (!IsMessage(value)) return std::nullopt;
  return MessageViewFactory::Make(value, id, id.time(epoch));
}

MessageView VerifiedMessage(std::string_view value, MessageId id, Timestamp epoch) {
  return MessageViewFactory::Make(value, id, id.time(epoch));
}

MessageView MovedMessage(const MessageView& message, std::string_view copy) {
  return MessageViewFactory::Move(message, copy);
}

MessageFields FieldsOf(const MessageView& message, std::vector<Attribute>* attribute_storage) {
  *attribute_storage = message.attributes();
  MessageFields fields{.author = message.author(),
                       .content = message.content(),
                       .reply_to = message.reply_to().value_or(MessageId{}),
                       .nonce = message.nonce(),
                       .nonce_remembered = message.nonce_remembered(),
                       .attributes = *attribute_storage,
                       .created_at = std::nullopt,
                       .edited_at = message.edited_at(),
                       .version = message.version(),
                       .flags = message.flags(),
                       .attachment_count = message.attachment_count()};
  // Not MessageView::created_at(), which answers with the id's time when nothing is stored.
  const std::string_view value = message.encoded();
  if (!value.empty()) fields.created_at = TimeOf(TableIn<row::Message>(value.data()).created_at());
  return fields;
}

std::optional<RecordFields> DecodeRecord(std::string_view value) {
  if (!IsRowOf<row::Record>(value)) return std::nullopt;
  const auto& table = TableIn<row::Record>(value.data());
  return RecordFields{BytesOf(table.value()), table.version(),
                      Timestamp{std::chrono::milliseconds{table.updated_at()}}};
}

std::optional<MessageId> DecodeNonce(std::string_view value) {
  if (!IsRowOf<row::Nonce>(value)) return std::nullopt;
  const MessageId id{TableIn<row::Nonce>(value.data()).id()};
  return id.valid() ? std::optional(id) : std::nullopt;
}

std::optional<AttachmentFields> DecodeAttachment(std::string_view value) {
  if (!IsRowOf<row::Attachment>(value)) return std::nullopt;
  const auto& table = TableIn<row::Attachment>(value.data());
  const AttachmentFields fields{.id = AttachmentId{table.id()},
                                .media_type = BytesOf(table.media_type()),
                                .author = BytesOf(table.author()),
                                .size = table.size(),
                                .created_at = Timestamp{std::chrono::milliseconds{table.created_at()}},
                                .checksum = {table.checksum_high(), table.checksum_low()}};
  constexpr std::uint64_t kMostBytes = std::uint64_t{std::numeric_limits<std::uint32_t>::max()} * kChunkBytes;
  const bool sound = fields.id.value != 0 && fields.size <= kMostBytes && fields.chunk_count() == table.chunk_count();
  return sound ? std::optional(fields) : std::nullopt;
}

std::optional<ChunkFields> DecodeChunk(std::string_view value) {
  if (!IsRowOf<row::Chunk>(value)) return std::nullopt;
  const auto& table = TableIn<row::Chunk>(value.data());
  const ChunkFields fields{.attachment = AttachmentId{table.attachment()},
                           .index = table.index(),
                           .data = BytesOf(table.data()),
                           .author = BytesOf(table.author()),
                           .created_at = Timestamp{std::chrono::milliseconds{table.created_at()}},
                           .checksum = {table.checksum_high(), table.checksum_low()}};
  const bool sound = fields.attachment.value != 0 && fields.data.size() == table.size();
  return sound ? std::optional(fields) : std::nullopt;
}

bool IsNewerFormat(std::string_view value) {
  return !value.empty() && (static_cast<std::uint8_t>(value[0]) & kFormatMask) > kValueFormat;
}

}  // namespace rookery::codec
