// One JSON value as a DOM, by simdjson: small values only, nesting bounded, never an exception.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rookery/status.h"

namespace rookery::admin {

using JsonElement = simdjson::dom::element;
using JsonObject = simdjson::dom::object;

/// Keeps its memory between calls. Used by one thread. What Parse returns lives until the next Parse.
class JsonParser {
 public:
  static constexpr std::size_t kMaxDepth = 64;

  /// REQUIRES: LineReader::kPadding bytes after `text` may be read. kCorruption: it is not JSON, or nested too deep.
  Result<JsonElement> Parse(std::string_view text);
  /// As Parse, for what must be an object.
  Result<JsonObject> ParseObject(std::string_view text);

 private:
  simdjson::dom::parser parser_;
};

/// The member's text; empty if it is absent or no string.
std::string_view TextOf(JsonObject object, std::string_view key);
/// The member's whole number, also if it stands in quotes or, as 1.0, with a fraction of 0.
std::optional<std::int64_t> IntegerOf(JsonObject object, std::string_view key);
/// True only if the member is true.
bool IsTrue(JsonObject object, std::string_view key);
std::optional<JsonObject> ObjectOf(JsonObject object, std::string_view key);
/// The member, if it is there and not null.
std::optional<JsonElement> MemberOf(JsonObject object, std::string_view key);

/// A JSON array of the objects in `source`, an array or one object, reduced to the named fields, for an attribute: cut
/// after about 8 KiB, then with a last element {"omitted": n}. Empty if there are no objects.
std::string Digest(JsonElement source, std::span<const std::string_view> fields);

}  // namespace rookery::admin
