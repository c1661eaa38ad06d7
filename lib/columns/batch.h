// A batch: rows of a table in the memory layout of Arrow, and the type of such a table.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "columns/array_export.h"
#include "columns/arrow_abi.h"
#include "columns/column.h"
#include "columns/column_builder.h"

namespace rookery::columns {

/// Move-only; owns its memory.
class Batch {
 public:
  Batch() = default;
  explicit Batch(ArrowArray array) : array_(array) {}
  Batch(Batch&& other) noexcept : array_(std::exchange(other.array_, ArrowArray{})) {}
  Batch& operator=(Batch&& other) noexcept {
    std::swap(array_, other.array_);
    return *this;
  }
  ~Batch() { Release(&array_); }

  std::int64_t rows() const { return array_.length; }
  /// A struct array with a child for each column; the batch is empty afterwards.
  ArrowArray Take() { return std::exchange(array_, ArrowArray{}); }

 private:
  ArrowArray array_ = {};
};

/// A struct of the columns.
TypeNode TableType(std::span<const Column> columns, TextMode mode);

}  // namespace rookery::columns
