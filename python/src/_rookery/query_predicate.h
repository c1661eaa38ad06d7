// A predicate as nested tuples (query_spec.h), as the Predicate that it means.
#pragma once

#include "binding.h"
#include "columns/predicate.h"

namespace rookery::python {

/// InvalidArgumentError or TypeError names what is wrong.
columns::Predicate PredicateFrom(nb::handle tuple);

}  // namespace rookery::python
