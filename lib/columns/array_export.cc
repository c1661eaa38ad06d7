#include "columns/array_export.h"

#include <memory>
#include <utility>

namespace rookery::columns {
namespace {

/// What an array that is handed over keeps alive.
struct ArrayOwner {
  std::vector<Buffer> buffers;
  std::vector<const void*> pointers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

struct SharedArray {
  std::shared_ptr<const ArrowArray> array;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

struct SchemaOwner {
  std::string format;
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
};

template <typename Owner, typename Structure>
void ReleaseOwned(Structure* structure) {
  const std::unique_ptr<Owner> owner(static_cast<Owner*>(structure->private_data));
  for (Structure& child : owner->children) Release(&child);
  structure->release = nullptr;
}

template <typename Owner>
void LinkChildren(Owner* owner) {
  for (auto& child : owner->children) owner->child_pointers.push_back(&child);
}

/// Some consumers take a null pointer for a missing buffer, also where it has no bytes.
const void* PointerOf(const Buffer& buffer) {
  static constexpr std::int64_t kNothing = 0;
  return buffer.size() == 0 ? &kNothing : static_cast<const void*>(buffer.data());
}

}  // namespace

void ExportArray(Lengths lengths, std::vector<Buffer> buffers, std::vector<ArrowArray> children, ArrowArray* out) {
  auto owner = std::make_unique<ArrayOwner>();
  owner->buffers = std::move(buffers);
  for (const Buffer& buffer : owner->buffers) owner->pointers.push_back(PointerOf(buffer));
  if (!owner->pointers.empty() && lengths.nulls == 0) owner->pointers[0] = nullptr;
  owner->children = std::move(children);
  LinkChildren(owner.get());
  *out = {.length = lengths.rows,
          .null_count = lengths.nulls,
          .offset = 0,
          .n_buffers = static_cast<std::int64_t>(owner->pointers.size()),
          .n_children = static_cast<std::int64_t>(owner->child_pointers.size()),
          .buffers = owner->pointers.data(),
          .children = owner->child_pointers.data(),
          .dictionary = nullptr,
          .release = ReleaseOwned<ArrayOwner, ArrowArray>,
          .private_data = owner.get()};
  static_cast<void>(owner.release());
}

void ShareArray(std::shared_ptr<const ArrowArray> array, ArrowArray* out) {
  auto owner = std::make_unique<SharedArray>();
  owner->children.resize(static_cast<std::size_t>(array->n_children));
  for (std::size_t i = 0; i < owner->children.size(); ++i) {
    ShareArray(std::shared_ptr<const ArrowArray>(array, array->children[i]), &owner->children[i]);
  }
  LinkChildren(owner.get());
  *out = *array;
  out->children = owner->child_pointers.data();
  out->release = ReleaseOwned<SharedArray, ArrowArray>;
  owner->array = std::move(array);
  out->private_data = owner.release();
}

void ExportSchema(const TypeNode& type, ArrowSchema* out) {
  auto owner = std::make_unique<SchemaOwner>();
  owner->format = type.format;
  owner->name = type.name;
  owner->children.resize(type.children.size());
  for (std::size_t i = 0; i < type.children.size(); ++i) ExportSchema(type.children[i], &owner->children[i]);
  LinkChildren(owner.get());
  *out = {.format = owner->format.c_str(),
          .name = owner->name.c_str(),
          .metadata = nullptr,
          .flags = type.nullable ? ARROW_FLAG_NULLABLE : 0,
          .n_children = static_cast<std::int64_t>(owner->child_pointers.size()),
          .children = owner->child_pointers.data(),
          .dictionary = nullptr,
          .release = ReleaseOwned<SchemaOwner, ArrowSchema>,
          .private_data = owner.get()};
  static_cast<void>(owner.release());
}

}  // namespace rookery::columns
