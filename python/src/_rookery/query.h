// Queries: what of a Store reads much at once, and writes tables.
#pragma once

#include "store.h"

namespace rookery::python {

/// The classes of query results, and the methods of Store that make them.
void BindQueries(nb::module_& module, StoreClass& store);

/// Store._write_arrow: posts the rows of an Arrow stream.
void BindWriteArrow(StoreClass& store);

}  // namespace rookery::python
