// Rig "kills": a process that writes is killed with SIGKILL, at a line of what it says or some microseconds after it,
// while it posts, edits, deletes, uploads, loads in bulk, enforces retention, compacts, closes and opens its store, and
// changes its shards; and its store is opened and compared with what it had said was done.
//
// To add a kind of step: CrashStep::Kind, its weight in crash_chooser.cc and its call in crash_doer.cc; what it does to
// the messages in CrashState::Apply, and what it leaves elsewhere in Victim::Look.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunKills(const RigOptions& options);

}  // namespace rookery::torture
