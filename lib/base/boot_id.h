// Which run of the machine this is.
#pragma once

#include <string>

namespace rookery::base {

/// Differs each time that the machine starts; empty: it cannot be told.
std::string BootId();

}  // namespace rookery::base
