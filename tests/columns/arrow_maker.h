// Makes Arrow arrays of the layouts that other producers use: offsets, dictionaries, views, unknown numbers of nulls.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "columns/array_export.h"
#include "columns/buffer.h"
#include "tests/columns/arrow_view.h"

namespace rookery::columns {

using OwnedArray = Consumed<ArrowArray>;
using OwnedSchema = Consumed<ArrowSchema>;

inline OwnedSchema MakeType(const TypeNode& type) {
  OwnedSchema schema;
  ExportSchema(type, schema.get());
  return schema;
}

/// One bit a row.
template <typename Values>
Buffer BitsOf(const Values& values) {
  Buffer bits;
  bits.AppendZeros((values.size() + 7) / 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) bits.data()[i / 8] = static_cast<char>(bits.data()[i / 8] | (1 << (i % 8)));
  }
  return bits;
}

/// `nulls` -1: not counted, as the specification allows.
inline OwnedArray MakeArray(Lengths lengths, std::vector<Buffer> buffers, std::vector<ArrowArray> children = {}) {
  ArrowArray array{};
  ExportArray(lengths, std::move(buffers), std::move(children), &array);
  return OwnedArray(array);
}

template <typename Value>
OwnedArray MakeNumbers(const std::vector<std::optional<Value>>& values) {
  std::vector<Buffer> buffers(2);
  buffers[0] = BitsOf(values);
  for (const auto& value : values) buffers[1].Push(value.value_or(Value{}));
  return MakeArray({.rows = static_cast<std::int64_t>(values.size()), .nulls = -1}, std::move(buffers));
}

using Texts = std::vector<std::optional<std::string_view>>;

/// `Offset`: std::int32_t for "u" and "z", std::int64_t for "U" and "Z".
template <typename Offset>
OwnedArray MakeTexts(const Texts& texts) {
  std::vector<Buffer> buffers(3);
  buffers[0] = BitsOf(texts);
  buffers[1].Push(Offset{0});
  for (const auto& text : texts) {
    buffers[2].Append(text.value_or(""));
    buffers[1].Push(static_cast<Offset>(buffers[2].size()));
  }
  return MakeArray({.rows = static_cast<std::int64_t>(texts.size()), .nulls = -1}, std::move(buffers));
}

/// String views: "vu" and "vz". Texts of more than 12 bytes lie in one buffer.
inline OwnedArray MakeViews(const Texts& texts) {
  std::vector<Buffer> buffers(4);  // the last one: the sizes of those before, which nobody needs
  buffers[0] = BitsOf(texts);
  for (const auto& optional : texts) {
    const std::string_view text = optional.value_or("");
    buffers[1].Push(static_cast<std::int32_t>(text.size()));
    if (text.size() <= 12) {
      buffers[1].Append(text);
      buffers[1].AppendZeros(12 - text.size());
      continue;
    }
    buffers[1].Append(text.substr(0, 4));
    buffers[1].Push(std::int32_t{0});
    buffers[1].Push(static_cast<std::int32_t>(buffers[2].size()));
    buffers[2].Append(text);
  }
  return MakeArray({.rows = static_cast<std::int64_t>(texts.size()), .nulls = -1}, std::move(buffers));
}

/// What is left of an array without its first rows, as slicing leaves it.
inline OwnedArray WithoutFirst(OwnedArray array, std::int64_t rows) {
  array->offset += rows;
  array->length -= rows;
  return array;
}

/// The array, to be a child of another.
inline ArrowArray Give(OwnedArray array) { return std::exchange(*array.get(), ArrowArray{}); }

}  // namespace rookery::columns
