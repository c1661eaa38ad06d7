// Ingestors: posts that return at once and are answered later.
#pragma once

#include "store.h"

namespace rookery::python {

/// The classes of an ingestor and of an answer to come, and the method of Store that makes one.
void BindIngestors(nb::module_& module, StoreClass& store);

}  // namespace rookery::python
