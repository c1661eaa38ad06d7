// Rig "day": a day of chat in ten minutes, at full load, with retention and changes of the shards; and whether anything
// grows that should not. A round is an hour of that day.
//
// The store's own retention thread does not trust a clock that runs ahead of time, as this one does: retention is one
// of the chores. So will backups be: a row in Day::Chores.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunDay(const RigOptions& options);

}  // namespace rookery::torture
