// All torture rigs.
#pragma once

#include <span>

#include "tests/torture/rig.h"

namespace rookery::torture {

/// In the order of the table in docs/reliability.md.
std::span<const Rig> Rigs();

}  // namespace rookery::torture
