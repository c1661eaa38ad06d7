#include "arrow_capsule.h"

#include <utility>

#include "arrow_stream.h"
#include "errors.h"

namespace rookery::python {
namespace {

template <typename Structure>
constexpr const char* kName = nullptr;
template <>
constexpr const char* kName<ArrowSchema> = "arrow_schema";
template <>
constexpr const char* kName<ArrowArray> = "arrow_array";
template <>
constexpr const char* kName<ArrowArrayStream> = "arrow_array_stream";

template <typename Structure>
void Destroy(PyObject* capsule) noexcept {
  auto* const structure = static_cast<Structure*>(PyCapsule_GetPointer(capsule, kName<Structure>));
  if (structure == nullptr) return PyErr_Clear();
  columns::Release(structure);
  delete structure;
}

template <typename Structure>
nb::object ToCapsule(std::unique_ptr<Structure> structure) {
  nb::object capsule = nb::steal(PyCapsule_New(structure.get(), kName<Structure>, Destroy<Structure>));
  if (!capsule.is_valid()) {
    columns::Release(structure.get());
    throw nb::python_error();
  }
  static_cast<void>(structure.release());
  return capsule;
}

}  // namespace

nb::object SchemaCapsule(const columns::TypeNode& type) {
  auto schema = std::make_unique<ArrowSchema>();
  columns::ExportSchema(type, schema.get());
  return ToCapsule(std::move(schema));
}

nb::object ArrayCapsule(std::shared_ptr<const ArrowArray> array) {
  auto shared = std::make_unique<ArrowArray>();
  columns::ShareArray(std::move(array), shared.get());
  return ToCapsule(std::move(shared));
}

nb::object StreamCapsule(std::shared_ptr<StoreCore> core, columns::MessageQuery query) {
  auto stream = std::make_unique<ArrowArrayStream>();
  ExportStream(std::move(core), std::move(query), stream.get());
  return ToCapsule(std::move(stream));
}

ArrowArrayStream* StreamIn(nb::handle capsule) {
  if (PyCapsule_IsValid(capsule.ptr(), kName<ArrowArrayStream>) == 0) {
    RaiseWrongType("stream", "a capsule that __arrow_c_stream__ made", capsule);
  }
  auto* const stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), kName<ArrowArrayStream>));
  if (stream->release == nullptr) RaiseInvalid("the Arrow stream was consumed already; ask its table for another");
  return stream;
}

}  // namespace rookery::python
