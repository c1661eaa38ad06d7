// nanobind, under the short name that its documentation uses.
#pragma once

#include <nanobind/nanobind.h>

namespace rookery::python {

namespace nb = nanobind;

}  // namespace rookery::python
