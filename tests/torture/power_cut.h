// The rig that cuts the power: see power_cut.cc.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunPowerCut(const RigOptions& options);

}  // namespace rookery::torture
