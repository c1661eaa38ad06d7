// Arrow's C structures in Python capsules, as the Arrow PyCapsule interface has them: the consumer moves the structure
// out; what it leaves is released with the capsule.
#pragma once

#include <memory>

#include "binding.h"
#include "columns/array_export.h"
#include "columns/arrow_abi.h"
#include "columns/message_query.h"
#include "core.h"

namespace rookery::python {

nb::object SchemaCapsule(const columns::TypeNode& type);
/// Another reference to the array.
nb::object ArrayCapsule(std::shared_ptr<const ArrowArray> array);
/// A stream of the query's batches. Nothing is read before its first batch is asked for.
nb::object StreamCapsule(std::shared_ptr<StoreCore> core, columns::MessageQuery query);

/// The stream in a capsule that was given; the capsule keeps it. TypeError if it is something else, ValueError if it
/// was consumed.
ArrowArrayStream* StreamIn(nb::handle capsule);

}  // namespace rookery::python
