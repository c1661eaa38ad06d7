// Rig "kills": a process that writes is killed with SIGKILL, at a line of what it says or some microseconds after it,
// while up to three threads post, edit, delete and upload, each in channels of its own, and the first of them also
// loads in bulk, enforces retention, compacts, closes and opens its store, changes its shards, makes backups and prunes
// them; and its store is opened and compared with what they had said was done. Some stores have a second cell.
//
// Of a backup set the rig knows which backups it must have, and of each what the store held at some moment while it was
// made (CrashMoment). It lists them, verifies those that are new, makes one where another was cut short, and restores
// some to compare.
//
// To add a kind of step: CrashStep::Kind, its weight in crash_chooser.cc and its call in crash_doer.cc; what it does to
// the messages in CrashState::Apply, and what it leaves elsewhere in Victim::Look.
#pragma once

#include "tests/torture/rig.h"

namespace rookery::torture {

RigReport RunKills(const RigOptions& options);

}  // namespace rookery::torture
