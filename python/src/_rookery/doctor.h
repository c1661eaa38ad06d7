// doctor and salvage: functions of the module, for stores that nobody has open.
#pragma once

#include "binding.h"

namespace rookery::python {

void BindDoctor(nb::module_& module);

}  // namespace rookery::python
