#include "tests/torture/rigs.h"

#include <vector>

#include "tests/torture/kills.h"

namespace rookery::torture {

// One row per rig; its function stands in a file of its name.

std::span<const Rig> Rigs() {
  static const std::vector<Rig> rigs{
      {.name = "kills",
       .fault = "kill -9 during posts, edits, deletes, uploads, bulk loads, reshard jobs and retention",
       .property = "what was acknowledged is there, buffered or synced, and nothing twice",
       .goal = 2000,
       .short_rounds = 25,
       .canary = "a step is acknowledged before it was done",
       .run = RunKills},
  };
  return rigs;
}

}  // namespace rookery::torture
