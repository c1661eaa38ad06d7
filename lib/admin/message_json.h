// Messages and records as JSON: the one schema that export, import and the CLI share (docs/format/jsonl.md).
//
// Bytes that are UTF-8 stand under their own name, others in base64 under <name>_b64. Ids are decimal strings, as
// they do not fit a double. Times are RFC 3339 in UTC with milliseconds.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/message.h"
#include "rookery/query.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::admin {

nlohmann::ordered_json MessageToJson(std::string_view channel, const MessageView& message);
nlohmann::ordered_json RecordToJson(std::string_view channel, const Record& record);

/// Sets object[name] to the text, or object[name + "_b64"] to its base64 where it is not UTF-8.
void SetBytes(nlohmann::ordered_json* object, std::string_view name, std::string_view bytes);

/// "2026-01-31T23:59:59.123Z"
std::string FormatTimestamp(Timestamp time);
/// RFC 3339 with any offset, a date alone (midnight UTC), or integer milliseconds since 1970. nullopt: not a time.
std::optional<Timestamp> ParseTimestamp(std::string_view text);

std::string Base64(std::string_view bytes);
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace rookery::admin
