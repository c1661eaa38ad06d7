// Rig "histories": threads that post, edit, delete and read the same few messages at the same time, through the read
// cache, its single flights and a change of the shards; and a search for the one order that explains all they were
// told.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunHistories(const RigOptions& options);

}  // namespace rookery::torture
