// Builds one column of a batch: takes it from message after message, and hands it over as an Arrow array.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "columns/array_export.h"
#include "columns/arrow_abi.h"
#include "columns/column.h"
#include "rookery/message.h"

namespace rookery::columns {

/// How text leaves: Rookery's is bytes, Arrow's strings are UTF-8.
enum class TextMode : std::uint8_t {
  kUtf8,    // bytes that are not UTF-8 become U+FFFD
  kBinary,  // as they are, in columns of bytes
};

/// A message and the channel that it is in.
struct Row {
  std::string_view channel;
  const MessageView& message;
};

/// The same with its fields read, which most columns need one of.
struct ReadRow {
  Row row;
  MessageView::Fields fields;
};

/// Owned by one thread. Throws std::bad_alloc when there is no memory.
class ColumnBuilder {
 public:
  virtual ~ColumnBuilder() = default;
  virtual void Append(const ReadRow& read) = 0;
  /// Hands over what was appended, and is empty again, with room for as much.
  virtual void Finish(ArrowArray* out) = 0;
};

std::unique_ptr<ColumnBuilder> NewColumnBuilder(const Column& column, TextMode mode);
/// The type of what the builder hands over.
TypeNode TypeOf(const Column& column, TextMode mode);

}  // namespace rookery::columns
