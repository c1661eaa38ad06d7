// Attachments of messages: their streams as classes, and the methods of Store that make, list and delete them.
#pragma once

#include "store.h"

namespace rookery::python {

void BindAttachments(nb::module_& module, StoreClass& store);

}  // namespace rookery::python
