// The rig that damages files: see mutations.cc.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunMutations(const RigOptions& options);

}  // namespace rookery::torture
