#include "admin/import/json_parser.h"

#include <algorithm>
#include <cmath>

#include "admin/import/line_reader.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t kMaxDigestBytes = std::size_t{8} << 10;
constexpr std::size_t kFirstCapacity = std::size_t{64} << 10;

std::string ReducedObject(JsonObject object, std::span<const std::string_view> fields) {
  std::string text = "{";
  for (const std::string_view field : fields) {
    const auto member = MemberOf(object, field);
    if (!member) continue;
    text.append(text.size() > 1 ? ",\"" : "\"").append(field).append("\":").append(simdjson::minify(*member));
  }
  return text += '}';
}

}  // namespace

Result<JsonElement> JsonParser::Parse(std::string_view text) {
  // Allocated here because simdjson would grow with its own, deeper limit.
  if (parser_.capacity() < text.size() || parser_.max_depth() != kMaxDepth) {
    if (parser_.allocate(std::max(text.size(), kFirstCapacity), kMaxDepth) != simdjson::SUCCESS) {
      return Status{StatusCode::kCorruption,
                    "no memory to parse a JSON value of " + std::to_string(text.size()) + " bytes"};
    }
  }
  JsonElement element;
  const auto error = parser_.parse(text.data(), text.size(), false).get(element);
  if (error == simdjson::DEPTH_ERROR) {
    return Status{StatusCode::kCorruption, "JSON nested deeper than " + std::to_string(kMaxDepth) + " levels"};
  }
  if (error != simdjson::SUCCESS) {
    return Status{StatusCode::kCorruption, std::string("not valid JSON: ") + simdjson::error_message(error)};
  }
  return element;
}

Result<JsonObject> JsonParser::ParseObject(std::string_view text) {
  ADMIN_ASSIGN_OR_RETURN(const JsonElement element, Parse(text));
  JsonObject object;
  if (element.get(object) != simdjson::SUCCESS) return Status{StatusCode::kCorruption, "a JSON object was expected"};
  return object;
}

std::optional<JsonElement> MemberOf(JsonObject object, std::string_view key) {
  JsonElement element;
  if (object.at_key(key).get(element) != simdjson::SUCCESS || element.is_null()) return std::nullopt;
  return element;
}

std::string_view TextOf(JsonObject object, std::string_view key) {
  std::string_view text;
  return object.at_key(key).get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

std::optional<std::int64_t> IntegerOf(JsonObject object, std::string_view key) {
  const auto element = MemberOf(object, key);
  if (!element) return std::nullopt;
  std::int64_t integer = 0;
  if (element->get(integer) == simdjson::SUCCESS) return integer;
  double real = 0;
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (element->get(real) == simdjson::SUCCESS && std::abs(real) <= kExact)
    return static_cast<std::int64_t>(std::floor(real));
  return ParseInteger(TextOf(object, key));
}

bool IsTrue(JsonObject object, std::string_view key) {
  bool value = false;
  return object.at_key(key).get(value) == simdjson::SUCCESS && value;
}

std::optional<JsonObject> ObjectOf(JsonObject object, std::string_view key) {
  JsonObject value;
  if (object.at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::string Digest(JsonElement source, std::span<const std::string_view> fields) {
  std::string text;
  std::size_t omitted = 0;
  const auto add = [&](JsonElement element) {
    JsonObject object;
    if (element.get(object) != simdjson::SUCCESS) return;
    const std::string reduced = ReducedObject(object, fields);
    if (text.size() + reduced.size() > kMaxDigestBytes) {
      ++omitted;
    } else {
      text.append(text.empty() ? "[" : ",").append(reduced);
    }
  };
  simdjson::dom::array elements;
  if (source.get(elements) == simdjson::SUCCESS) {
    for (const JsonElement element : elements) add(element);
  } else {
    add(source);
  }
  if (omitted > 0) text.append(text.empty() ? "[" : ",").append("{\"omitted\":" + std::to_string(omitted) + "}");
  if (!text.empty()) text += ']';
  return text;
}

}  // namespace rookery::admin
