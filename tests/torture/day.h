// Rig "day": a day of chat in ten minutes, at full load, with retention, changes of the shards and backups; and whether
// anything grows that should not. A round is an hour of that day.
//
// The store's own retention thread does not trust a clock that runs ahead of time, as this one does: retention is one
// of the chores, rows in Day::Chores. A backup is made each hour, so that every hour can be compared with every other:
// what it costs is in all figures, and left out of none.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunDay(const RigOptions& options);

}  // namespace rookery::torture
