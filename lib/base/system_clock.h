// The operating system's wall clock.
#pragma once

#include <memory>

#include "rookery/clock.h"

namespace rookery::base {

std::shared_ptr<const Clock> NewSystemClock();

}  // namespace rookery::base
