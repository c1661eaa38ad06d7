// Reads exported Arrow arrays as a consumer would: by the specification, knowing nothing of who made them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "columns/array_export.h"
#include "columns/arrow_abi.h"

namespace rookery::columns {

/// A view on one array; it must not be released meanwhile.
class ArrowColumn {
 public:
  explicit ArrowColumn(const ArrowArray& array) : array_(array) {}

  std::int64_t rows() const { return array_.length; }
  std::int64_t nulls() const { return array_.null_count; }
  ArrowColumn child(std::size_t index) const { return ArrowColumn(*array_.children[index]); }
  std::int64_t children() const { return array_.n_children; }

  bool null(std::int64_t row) const {
    const auto* bits = static_cast<const std::uint8_t*>(array_.buffers[0]);
    return bits != nullptr && ((bits[row / 8] >> (row % 8)) & 1) == 0;
  }
  template <typename Value = std::int64_t>
  Value number(std::int64_t row) const {
    return At<Value>(1, row);
  }
  /// Of large strings; `Offset` std::int32_t: of others.
  template <typename Offset = std::int64_t>
  std::string_view text(std::int64_t row) const {
    const auto begin = At<Offset>(1, row);
    return {static_cast<const char*>(array_.buffers[2]) + begin,
            static_cast<std::size_t>(At<Offset>(1, row + 1) - begin)};
  }
  using Entries = std::vector<std::pair<std::string, std::string>>;
  Entries map(std::int64_t row) const {
    Entries entries;
    for (std::int32_t i = At<std::int32_t>(1, row); i < At<std::int32_t>(1, row + 1); ++i) {
      entries.emplace_back(child(0).child(0).text<std::int32_t>(i), child(0).child(1).text<std::int32_t>(i));
    }
    return entries;
  }

 private:
  template <typename Value>
  Value At(std::size_t buffer, std::int64_t index) const {
    Value value{};
    std::memcpy(&value, static_cast<const char*>(array_.buffers[buffer]) + index * std::int64_t{sizeof(Value)},
                sizeof(value));
    return value;
  }

  const ArrowArray& array_;
};

/// Owns an array or a schema, as a consumer does.
template <typename Structure>
class Consumed {
 public:
  Consumed() = default;
  explicit Consumed(Structure structure) : structure_(structure) {}
  Consumed(Consumed&& other) noexcept : structure_(std::exchange(other.structure_, Structure{})) {}
  Consumed& operator=(Consumed&& other) noexcept {
    std::swap(structure_, other.structure_);
    return *this;
  }
  ~Consumed() { Release(&structure_); }

  Structure* get() { return &structure_; }
  Structure* operator->() { return &structure_; }
  /// As the specification has a consumer move a child: a copy of the bytes, and the original marked as released.
  Consumed MoveChildOut(std::size_t index) {
    Structure* const child = structure_.children[index];
    Consumed moved(*child);
    child->release = nullptr;
    return moved;
  }

 private:
  Structure structure_ = {};
};

class ArrowTable : public Consumed<ArrowArray> {
 public:
  using Consumed::Consumed;
  ArrowColumn column(std::size_t index) { return ArrowColumn(*get()->children[index]); }
  std::int64_t rows() { return get()->length; }
};

}  // namespace rookery::columns
