// Bulk loads: many messages at once, visible all together.
#pragma once

#include "store.h"

namespace rookery::python {

/// The class of a load, and the method of Store that begins one.
void BindBulkLoads(nb::module_& module, StoreClass& store);

}  // namespace rookery::python
