// The Python class Page: a sequence of the messages of one page of a channel, each made when it is asked for.
#pragma once

#include "binding.h"
#include "rookery/query.h"

namespace rookery::python {

void BindPage(nb::module_& module);

/// `channel` is the channel's name as a str.
nb::object MakePage(nb::object channel, rookery::Page page);

}  // namespace rookery::python
