#include "admin/import/jsonl_line.h"

#include <limits>

#include "admin/import/calendar.h"
#include "admin/message_json.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

Status Wrong(std::string_view name, std::string_view what) {
  return {StatusCode::kCorruption, "field " + Quoted(name) + " " + std::string(what)};
}

Result<std::string_view> ToText(std::string_view name, JsonElement value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return Wrong(name, "is not a string");
  return text;
}

/// A number, or its decimal digits in quotes: ids do not fit a double.
Result<std::uint64_t> ToUnsigned(std::string_view name, JsonElement value) {
  std::uint64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    if (const auto parsed = ParseUnsigned(text)) return *parsed;
  }
  return Wrong(name, "is not a whole number of 0 or more");
}

Result<MessageId> ToId(std::string_view name, JsonElement value) {
  ADMIN_ASSIGN_OR_RETURN(const std::uint64_t number, ToUnsigned(name, value));
  const MessageId id{number};
  if (!id.valid()) return Wrong(name, "is not an id: it is 1 to 2^63 - 1");
  return id;
}

Result<Timestamp> ToTime(std::string_view name, JsonElement value) {
  std::int64_t milliseconds = 0;
  if (value.get(milliseconds) == simdjson::SUCCESS) return Timestamp{std::chrono::milliseconds{milliseconds}};
  ADMIN_ASSIGN_OR_RETURN(const std::string_view text, ToText(name, value));
  const auto time = ParseTimestamp(text);
  if (!time) return Wrong(name, "is " + Quoted(text) + ", not a time such as \"2026-01-31T23:59:59.123Z\"");
  return *time;
}

}  // namespace

Result<std::string_view> JsonlLine::Decode(std::string_view name, JsonElement value) {
  ADMIN_ASSIGN_OR_RETURN(const std::string_view text, ToText(name, value));
  auto bytes = FromBase64(text);
  if (!bytes) return Wrong(name, "is not base64");
  return std::string_view(decoded_.emplace_back(*std::move(bytes)));
}

Status JsonlLine::ParseBytes(std::string_view name, JsonElement value, std::string_view wanted, std::string_view* text,
                             bool* matched) {
  constexpr std::string_view kSuffix = "_b64";
  const bool plain = name == wanted;
  *matched =
      plain || (name.size() == wanted.size() + kSuffix.size() && name.starts_with(wanted) && name.ends_with(kSuffix));
  if (!*matched) return {};
  if (plain) {
    ADMIN_ASSIGN_OR_RETURN(*text, ToText(name, value));
  } else {
    ADMIN_ASSIGN_OR_RETURN(*text, Decode(name, value));
  }
  return {};
}

Status JsonlLine::ParseAttributes(JsonElement value) {
  JsonObject object;
  if (value.get(object) != simdjson::SUCCESS) return Wrong("attributes", "is not an object");
  for (const auto member : object) {
    ADMIN_ASSIGN_OR_RETURN(const std::string_view text, ToText(member.key, member.value));
    message_.attributes.push_back({member.key, text});
  }
  return {};
}

/// [["name in base64", "value in base64"], ...]
Status JsonlLine::ParseEncodedAttributes(JsonElement value) {
  constexpr std::string_view kField = "attributes_b64";
  simdjson::dom::array pairs;
  if (value.get(pairs) != simdjson::SUCCESS) return Wrong(kField, "is not an array");
  for (const JsonElement element : pairs) {
    simdjson::dom::array pair;
    if (element.get(pair) != simdjson::SUCCESS || pair.size() != 2)
      return Wrong(kField, "has an element that is no pair");
    ADMIN_ASSIGN_OR_RETURN(const std::string_view name, Decode(kField, pair.at(0).value_unsafe()));
    ADMIN_ASSIGN_OR_RETURN(const std::string_view text, Decode(kField, pair.at(1).value_unsafe()));
    message_.attributes.push_back({name, text});
  }
  return {};
}

Status JsonlLine::ParseMessageField(std::string_view name, JsonElement value) {
  bool matched = false;
  ADMIN_TRY(ParseBytes(name, value, "author", &message_.author, &matched));
  if (!matched) ADMIN_TRY(ParseBytes(name, value, "content", &message_.content, &matched));
  if (!matched) ADMIN_TRY(ParseBytes(name, value, "nonce", &message_.nonce, &matched));
  if (matched) return {};
  if (name == "id") {
    ADMIN_ASSIGN_OR_RETURN(message_.id, ToId(name, value));
  } else if (name == "reply_to") {
    ADMIN_ASSIGN_OR_RETURN(message_.reply_to, ToId(name, value));
  } else if (name == "created_at") {
    ADMIN_ASSIGN_OR_RETURN(message_.created_at, ToTime(name, value));
  } else if (name == "edited_at") {
    ADMIN_ASSIGN_OR_RETURN(message_.edited_at, ToTime(name, value));
  } else if (name == "flags") {
    ADMIN_ASSIGN_OR_RETURN(const std::uint64_t flags, ToUnsigned(name, value));
    if (flags > std::numeric_limits<std::uint32_t>::max()) return Wrong(name, "has more than 32 bits");
    message_.flags = static_cast<std::uint32_t>(flags);
  } else if (name == "nonce_remembered") {
    if (value.get(message_.remember_nonce) != simdjson::SUCCESS) return Wrong(name, "is neither true nor false");
  } else if (name == "attributes") {
    return ParseAttributes(value);
  } else if (name == "attributes_b64") {
    return ParseEncodedAttributes(value);
  } else {
    return Wrong(name, "is not of a message; see docs/format/jsonl.md");
  }
  return {};
}

Status JsonlLine::ParseRecordField(std::string_view name, JsonElement value) {
  bool matched = false;
  ADMIN_TRY(ParseBytes(name, value, "key", &record_.key, &matched));
  if (!matched) ADMIN_TRY(ParseBytes(name, value, "value", &record_.value, &matched));
  if (matched) return {};
  if (name != "updated_at") return Wrong(name, "is not of a record; see docs/format/jsonl.md");
  ADMIN_ASSIGN_OR_RETURN(record_.updated_at, ToTime(name, value));
  return {};
}

Status JsonlLine::ParseField(std::string_view name, JsonElement value) {
  if (name == "type") return {};
  bool matched = false;
  ADMIN_TRY(ParseBytes(name, value, "channel", &message_.channel, &matched));
  if (matched) return {};
  if (name == "version") {
    ADMIN_ASSIGN_OR_RETURN(const std::uint64_t version, ToUnsigned(name, value));
    message_.version = version;
    return {};
  }
  return is_record_ ? ParseRecordField(name, value) : ParseMessageField(name, value);
}

Status JsonlLine::CheckComplete() const {
  if (message_.channel.empty()) return {StatusCode::kCorruption, "there is no channel"};
  if (message_.version.value == 0) return Wrong("version", "is 0; versions begin at 1");
  if (is_record_) return record_.key.empty() ? Status{StatusCode::kCorruption, "the record has no key"} : Status{};
  if (message_.id.valid() || message_.created_at) return {};
  return {StatusCode::kCorruption, "there is neither an id nor created_at"};
}

Status JsonlLine::Parse(JsonObject object) {
  std::vector<Attribute> attributes = std::move(message_.attributes);
  attributes.clear();
  message_ = {.channel = {}, .attributes = std::move(attributes), .remember_nonce = false};
  record_ = {};
  decoded_.clear();
  const std::string_view type = TextOf(object, "type");
  is_record_ = type == "record";
  if (!is_record_ && !type.empty() && type != "message")
    return Wrong("type", "is " + Quoted(type) + "; it is message or record");
  for (const auto member : object) {
    if (!member.value.is_null()) ADMIN_TRY(ParseField(member.key, member.value));
  }
  record_.version = message_.version;
  return CheckComplete();
}

}  // namespace rookery::admin
