#include "columns/column.h"

#include <array>

namespace rookery::columns {
namespace {

constexpr std::array kFields = {
    FieldInfo{Field::kId, "id", ColumnType::kInt64, false},
    FieldInfo{Field::kChannel, "channel", ColumnType::kText, false},
    FieldInfo{Field::kCreatedAt, "created_at", ColumnType::kTime, false},
    FieldInfo{Field::kAuthor, "author", ColumnType::kText, false},
    FieldInfo{Field::kContent, "content", ColumnType::kText, false},
    FieldInfo{Field::kReplyTo, "reply_to", ColumnType::kInt64, true},
    FieldInfo{Field::kEditedAt, "edited_at", ColumnType::kTime, true},
    FieldInfo{Field::kVersion, "version", ColumnType::kInt64, false},
    FieldInfo{Field::kFlags, "flags", ColumnType::kUint32, false},
    FieldInfo{Field::kNonce, "nonce", ColumnType::kText, true},
    FieldInfo{Field::kAttributes, "attributes", ColumnType::kTextMap, false},
    FieldInfo{Field::kOneAttribute, "attributes.NAME", ColumnType::kText, true},
};

constexpr std::string_view kShortCreatedAt = "ts";
constexpr std::string_view kAttributePrefix = "attributes.";

constexpr bool InOrderOfFields() {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (kFields[i].field != static_cast<Field>(i)) return false;
  }
  return true;
}
static_assert(InOrderOfFields());

}  // namespace

std::span<const FieldInfo> Fields() { return kFields; }

const FieldInfo& InfoOf(Field field) { return kFields[static_cast<std::size_t>(field)]; }

Result<Column> ParseColumn(std::string_view name) {
  if (name == kShortCreatedAt) return Column{.field = Field::kCreatedAt, .name = std::string(name)};
  if (name.starts_with(kAttributePrefix) && name.size() > kAttributePrefix.size()) {
    return Column{.field = Field::kOneAttribute,
                  .name = std::string(name),
                  .attribute = std::string(name.substr(kAttributePrefix.size()))};
  }
  std::string known;
  for (const FieldInfo& info : kFields) {
    if (info.field != Field::kOneAttribute && info.name == name) {
      return Column{.field = info.field, .name = std::string(name)};
    }
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  return Status(StatusCode::kInvalidArgument, "there is no column '" + std::string(name) + "'; columns are " + known);
}

std::vector<Column> DefaultColumns() {
  std::vector<Column> columns;
  for (const FieldInfo& info : kFields) {
    if (info.field != Field::kOneAttribute) columns.push_back({.field = info.field, .name = std::string(info.name)});
  }
  return columns;
}

}  // namespace rookery::columns
