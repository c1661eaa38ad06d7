// Hands buffers over as an Arrow array or schema that owns them, as the C data interface wants it.
//
// Invariant: every child owns its own buffers, so that a consumer may move children out of their parent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "columns/arrow_abi.h"
#include "columns/buffer.h"

namespace rookery::columns {

/// An array's rows and how many of them are null.
struct Lengths {
  std::int64_t rows = 0;
  std::int64_t nulls = 0;
};

/// `buffers`: the validity bitmap first; it may be empty where nothing is null. `children` are moved into the array.
void ExportArray(Lengths lengths, std::vector<Buffer> buffers, std::vector<ArrowArray> children, ArrowArray* out);

/// The same array once more, by reference: both keep its memory until they are released. Any number of times.
void ShareArray(std::shared_ptr<const ArrowArray> array, ArrowArray* out);

/// A type as the C data interface writes it, with its name.
struct TypeNode {
  std::string format;
  std::string name;
  bool nullable = false;
  std::vector<TypeNode> children = {};
};
void ExportSchema(const TypeNode& type, ArrowSchema* out);

/// Calls `release` where there is one left to call.
template <typename Structure>
void Release(Structure* structure) {
  if (structure->release != nullptr) structure->release(structure);
}

}  // namespace rookery::columns
