// An entrant: one who takes part in a scenario that does not compare stores but, say, caches, or one store under
// different loads.
//
// Such a scenario brings its entrants, each with a task of its own. They take turns in processes of their own as
// contenders do, and ratios are to the one that the scenario calls the baseline.
#pragma once

#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/worker.h"
#include "bench/workload.h"

namespace rookery::bench {

/// What an entrant is given. `workload` outlives its task.
struct Ground {
  const Workload& workload;
  /// A store of Rookery with the whole chat, closed, if the scenario wants one. It is shared: to be opened read-only or
  /// to be copied.
  std::filesystem::path filled_store;
  /// The entrant's alone. It does not exist, and is removed in the end.
  std::filesystem::path directory;
};

/// Runs `round` on the ground with a fresh directory, and removes that.
template <typename Round>
auto OnFreshGround(const Ground& ground, int number, Round&& round) {
  Ground fresh = ground;
  fresh.directory = ground.directory / std::to_string(number);
  std::filesystem::create_directories(ground.directory);
  auto result = round(fresh);
  std::filesystem::remove_all(fresh.directory);
  return result;
}

struct Entrant {
  std::string_view name;
  std::function<std::unique_ptr<Task>(const Ground&)> make_task;
};

struct Entrants {
  std::string_view baseline;
  std::vector<Entrant> all;
  bool want_filled_store = false;
  /// For scenarios whose rounds are long and have enough repetition in them.
  int most_rounds = std::numeric_limits<int>::max();
};

// Each in the file of its scenario.
Entrants Backup();
Entrants BulkLoad();
Entrants CacheHit();
Entrants CacheHitLarge();
Entrants Encryption();
Entrants Growth();
Entrants Herd();
Entrants HerdFromDisk();
Entrants HerdFromSlowEngine();
Entrants HotChannel();
Entrants ManyShards();
Entrants Producers();
Entrants ReshardCopy();
Entrants ReshardTraffic();
Entrants RetentionYear();
Entrants SyncProducers();
Entrants SmallMemory();
Entrants GraveyardOfAChannel();

}  // namespace rookery::bench
