// Makes every disk call of a store fail, one after the other.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunFailingCalls(const RigOptions& options);

}  // namespace rookery::torture
