// The columns that messages have when they are read as a table: a field of the message, or one of its attributes.
//
// A field is a row of the table in column.cc: its name, its type, and whether it may be null.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/status.h"

namespace rookery::columns {

enum class Field : std::uint8_t {
  kId,
  kChannel,
  kCreatedAt,
  kAuthor,
  kContent,
  kReplyTo,
  kEditedAt,
  kVersion,
  kFlags,
  kNonce,
  kAttributes,    // all of them, as a map
  kOneAttribute,  // that which Column::attribute names
};

enum class ColumnType : std::uint8_t {
  kInt64,
  kUint32,
  kTime,  // milliseconds since 1970, UTC
  kText,
  kTextMap,
};

struct FieldInfo {
  Field field;
  std::string_view name;
  ColumnType type;
  bool nullable;
};

/// All fields, in the order in which a table has them by default; kOneAttribute is the last.
std::span<const FieldInfo> Fields();
const FieldInfo& InfoOf(Field field);

struct Column {
  Field field = Field::kId;
  std::string name = {};       // as the caller wrote it
  std::string attribute = {};  // kOneAttribute

  ColumnType type() const { return InfoOf(field).type; }
  bool nullable() const { return InfoOf(field).nullable; }
  friend bool operator==(const Column&, const Column&) = default;
};

/// The column that `name` names: a field, "ts" for created_at, or "attributes.NAME". kInvalidArgument lists the fields.
Result<Column> ParseColumn(std::string_view name);
/// Every field but kOneAttribute.
std::vector<Column> DefaultColumns();

}  // namespace rookery::columns
