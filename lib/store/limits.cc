#include "store/limits.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/macros.h"
#include "base/text.h"

namespace rookery::store {
namespace {

Status Invalid(std::string message) { return {StatusCode::kInvalidArgument, std::move(message)}; }

Status CheckSize(std::string_view name, std::size_t size, std::size_t limit) {
  if (size <= limit) return {};
  return Invalid(std::string(name) + " has " + std::to_string(size) + " bytes; at most " + std::to_string(limit) +
                 " are allowed");
}

Status CheckContent(std::string_view content, const Limits& limits) {
  if (content.size() <= limits.max_content_bytes) return {};
  return Invalid("content has " + std::to_string(content.size()) + " bytes; at most " +
                 std::to_string(limits.max_content_bytes) + " are allowed (Limits::max_content_bytes)");
}

Status CheckAttributes(const std::vector<Attribute>& attributes, const Limits& limits) {
  if (attributes.empty()) return {};
  if (attributes.size() > limits.max_attributes) {
    return Invalid("message has " + std::to_string(attributes.size()) + " attributes; at most " +
                   std::to_string(limits.max_attributes) + " are allowed (Limits::max_attributes)");
  }
  std::size_t bytes = 0;
  std::vector<std::string_view> names;
  names.reserve(attributes.size());
  for (const Attribute& attribute : attributes) {
    if (attribute.name.empty()) return Invalid("an attribute has an empty name");
    RK_TRY(CheckSize("attribute name " + base::Quoted(attribute.name), attribute.name.size(), kMaxAttributeNameBytes));
    bytes += attribute.name.size() + attribute.value.size();
    names.push_back(attribute.name);
  }
  if (bytes > limits.max_attribute_bytes) {
    return Invalid("attributes have " + std::to_string(bytes) + " bytes; at most " +
                   std::to_string(limits.max_attribute_bytes) + " are allowed (Limits::max_attribute_bytes)");
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return Invalid("attribute " + base::Quoted(*twice) + " is given twice");
  return {};
}

}  // namespace

Status CheckChannel(std::string_view channel) {
  if (channel.empty()) return Invalid("channel is empty; a channel's name has 1 to 1024 bytes");
  if (channel.size() <= kMaxChannelBytes) return {};
  return Invalid("channel " + base::Quoted(channel, 32) + " has " + std::to_string(channel.size()) +
                 " bytes; a channel's name has 1 to 1024 bytes");
}

Status CheckMessageId(MessageId id, std::string_view argument) {
  if (id.valid()) return {};
  return Invalid(std::string(argument) + " is " + std::to_string(id.value) + "; message ids are 1 to 2^63 - 1");
}

Status CheckMessage(const NewMessage& message, const Limits& limits) {
  RK_TRY(CheckChannel(message.channel));
  RK_TRY(CheckSize("author", message.author.size(), kMaxAuthorBytes));
  RK_TRY(CheckContent(message.content, limits));
  RK_TRY(CheckSize("nonce", message.nonce.size(), kMaxNonceBytes));
  RK_TRY(CheckAttributes(message.attributes, limits));
  if (message.id.value != 0) RK_TRY(CheckMessageId(message.id, "id"));
  if (message.reply_to.value != 0) RK_TRY(CheckMessageId(message.reply_to, "reply_to"));
  return CheckSuppliedVersion(message.version);
}

Status CheckSuppliedVersion(Version version) {
  if (version.value >= 1 && version.value <= Version::kMax) return {};
  return Invalid("version is " + std::to_string(version.value) + "; versions are 1 to 2^63 - 1");
}

Status CheckEdit(const MessageEdit& edit, const Limits& limits) {
  if (edit.content) RK_TRY(CheckContent(*edit.content, limits));
  if (edit.attributes) RK_TRY(CheckAttributes(*edit.attributes, limits));
  if (!edit.content && !edit.attributes && !edit.flags) {
    return Invalid("the edit changes nothing; give content, attributes or flags");
  }
  return {};
}

Status CheckRecordKey(std::string_view key) {
  if (key.empty()) return Invalid("record key is empty; it has 1 to 1024 bytes");
  return CheckSize("record key", key.size(), kMaxRecordKeyBytes);
}

Status CheckRecordValue(std::string_view value, const Limits& limits) {
  if (value.size() <= limits.max_content_bytes) return {};
  return Invalid("record value has " + std::to_string(value.size()) + " bytes; at most " +
                 std::to_string(limits.max_content_bytes) + " are allowed (Limits::max_content_bytes)");
}

Status CheckAttachmentName(std::string_view name) {
  if (name.empty()) return Invalid("attachment name is empty; it has 1 to 255 bytes");
  return CheckSize("attachment name", name.size(), kMaxAttachmentNameBytes);
}

Status CheckAttachmentOptions(const AttachmentOptions& options) {
  constexpr std::size_t kMaxMediaTypeBytes = 255;
  RK_TRY(CheckSize("author", options.author.size(), kMaxAuthorBytes));
  const std::string_view type = options.media_type;
  if (type.empty()) return {};
  RK_TRY(CheckSize("media type", type.size(), kMaxMediaTypeBytes));
  // It ends up in headers: nothing in it may end a line.
  const bool printable = std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c <= '~'; });
  const std::size_t slash = type.find('/');
  if (printable && slash != std::string_view::npos && slash > 0 && slash + 1 < type.size()) return {};
  return Invalid("media type " + base::Quoted(type) + " is not \"type/subtype\" in printable ASCII");
}

Status CheckAttachmentCount(std::uint32_t count, const Limits& limits) {
  if (count < limits.max_attachments) return {};
  return Invalid("the message has " + std::to_string(count) + " attachments; at most " +
                 std::to_string(limits.max_attachments) + " are allowed (Limits::max_attachments)");
}

Status CheckAttachmentSize(std::uint64_t bytes, const Limits& limits) {
  if (bytes <= limits.max_attachment_bytes) return {};
  return Invalid("the attachment has at least " + std::to_string(bytes) + " bytes; at most " +
                 std::to_string(limits.max_attachment_bytes) + " are allowed (Limits::max_attachment_bytes)");
}

Status CheckPageSize(std::size_t limit) {
  if (limit >= 1 && limit <= kMaxPageSize) return {};
  return Invalid("limit is " + std::to_string(limit) + "; a page has 1 to " + std::to_string(kMaxPageSize) +
                 " entries; ask for more in several pages");
}

Status CheckHistoryQuery(const HistoryQuery& query) {
  RK_TRY(CheckPageSize(query.limit));
  if (query.around && (query.before || query.after)) {
    return Invalid("around cannot be combined with before or after; give one of them");
  }
  return {};
}

Status CheckScanQuery(const ScanQuery& query, std::uint32_t shards) {
  if (query.channels && !query.prefix.empty()) {
    return Invalid("channels cannot be combined with prefix; give one of them");
  }
  if (query.prefix.size() > kMaxChannelBytes) {
    return Invalid("prefix has " + std::to_string(query.prefix.size()) + " bytes; a channel's name has at most 1024");
  }
  if (query.channels) {
    for (const std::string& channel : *query.channels) RK_TRY(CheckChannel(channel));
  }
  if (query.shard && query.shard->value >= shards) {
    return Invalid("there is no shard " + std::to_string(query.shard->value) + "; the store has " +
                   std::to_string(shards));
  }
  return {};
}

}  // namespace rookery::store
