#include "admin/message_json.h"

#include "admin/text.h"

namespace rookery::admin {
namespace {

using Json = nlohmann::ordered_json;

/// Attributes with a name or a value that is not UTF-8 stand in a list of their own, as pairs in base64.
void SetAttributes(Json* object, const MessageView& message) {
  const std::vector<Attribute> attributes = message.attributes();
  if (attributes.empty()) return;
  Json plain = Json::object();
  Json encoded = Json::array();
  for (const Attribute& attribute : attributes) {
    if (IsUtf8(attribute.name) && IsUtf8(attribute.value)) {
      plain[std::string(attribute.name)] = attribute.value;
    } else {
      encoded.push_back(Json::array({Base64(attribute.name), Base64(attribute.value)}));
    }
  }
  if (!plain.empty()) (*object)["attributes"] = std::move(plain);
  if (!encoded.empty()) (*object)["attributes_b64"] = std::move(encoded);
}

}  // namespace

void SetBytes(Json* object, std::string_view name, std::string_view bytes) {
  if (IsUtf8(bytes)) {
    (*object)[std::string(name)] = bytes;
  } else {
    (*object)[std::string(name) + "_b64"] = Base64(bytes);
  }
}

Json MessageToJson(std::string_view channel, const MessageView& message) {
  Json object = Json::object();
  SetBytes(&object, "channel", channel);
  object["id"] = std::to_string(message.id().value);
  SetBytes(&object, "author", message.author());
  SetBytes(&object, "content", message.content());
  object["created_at"] = FormatTimestamp(message.created_at());
  if (const auto edited_at = message.edited_at()) object["edited_at"] = FormatTimestamp(*edited_at);
  object["version"] = message.version().value;
  if (const auto reply_to = message.reply_to()) object["reply_to"] = std::to_string(reply_to->value);
  if (message.flags() != 0) object["flags"] = message.flags();
  if (!message.nonce().empty()) {
    SetBytes(&object, "nonce", message.nonce());
    if (message.nonce_remembered()) object["nonce_remembered"] = true;
  }
  SetAttributes(&object, message);
  return object;
}

Json RecordToJson(std::string_view channel, const Record& record) {
  Json object = Json::object();
  object["type"] = "record";
  SetBytes(&object, "channel", channel);
  SetBytes(&object, "key", record.key);
  SetBytes(&object, "value", record.value);
  object["version"] = record.version.value;
  object["updated_at"] = FormatTimestamp(record.updated_at);
  return object;
}

}  // namespace rookery::admin
