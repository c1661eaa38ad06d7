#include "tests/torture/rigs.h"

#include <vector>

#include "tests/torture/day.h"
#include "tests/torture/failing_calls.h"
#include "tests/torture/histories.h"
#include "tests/torture/kills.h"
#include "tests/torture/mutations.h"
#include "tests/torture/power_cut.h"

namespace rookery::torture {

// One row per rig; its function stands in a file of its name.

std::span<const Rig> Rigs() {
  static const std::vector<Rig> kRigs{
      {.name = "kills",
       .fault =
           "kill -9 during posts, edits, deletes, uploads, bulk loads, reshard jobs, backups and retention, by several "
           "threads",
       .property = "what was acknowledged is there, buffered or synced, and nothing twice; so are backups, whole and "
                   "with the rows of their moment",
       .goal = 2000,
       .short_rounds = 25,
       .canary = "a step is acknowledged before it was done",
       .run = RunKills},
      {.name = "histories",
       .fault = "concurrent posts, edits, deletes and reads through cache, single flights and reshard jobs",
       .property = "linearizable, batches and pages included",
       .goal = 10'000,
       .short_rounds = 200,
       .canary = "a reader answers at times with what it had found before",
       .run = RunHistories},
      {.name = "day",
       .fault =
           "a day of chat in ten minutes at full load, with retention, reshard jobs and backups; a round is an hour",
       .property = "memory, disk, backup set and files bounded, p99 stable",
       .goal = 24,
       .short_rounds = 24,
       .canary = "retention is switched off",
       .run = RunDay},
      {.name = "power_cut",
       .fault = "power cut: unsynced bytes dropped or torn",
       .property = "what was synced survives; what is lost is an end of the log, and the report says what",
       .goal = 10'000,
       .short_rounds = 60,
       .canary = "a disk that says of logs that they are synced, and they are not",
       .run = RunPowerCut},
      {.name = "mutations",
       .fault = "bytes flipped, files truncated or removed: SST, WAL, MANIFEST, CURRENT, OPTIONS, witness, identity "
                "file, blob, backup set",
       .property = "detected or harmless: never wrong data, never an empty store",
       .goal = 10'000,
       .short_rounds = 80,
       .canary = "messages that the engine deletes behind the store's back",
       .run = RunMutations},
      {.name = "failing_calls",
       .fault = "ENOSPC or EIO at the n-th disk call, for every n up to the end of a script",
       .property = "the error named, nothing acknowledged lost, reopening works",
       .goal = 0,
       .short_rounds = 40,
       .canary = "a disk that says of a write that it is done, and does not do it",
       .run = RunFailingCalls},
  };
  return kRigs;
}

}  // namespace rookery::torture
