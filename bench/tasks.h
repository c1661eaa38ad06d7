// What a worker does with a contender: fill a store, ingest into a new one, or read rounds from a filled one.
#pragma once

#include <filesystem>
#include <memory>

#include "bench/contender.h"
#include "bench/scenario.h"
#include "bench/worker.h"
#include "bench/workload.h"

namespace rookery::bench {

/// Where a task works. The references outlive it.
struct Stage {
  const ContenderKind& kind;
  const Workload& workload;
  std::filesystem::path directory;
};

/// Its one round fills a new store with the chat.
std::unique_ptr<Task> NewFillTask(const Stage& stage);
/// Its one round ingests into a new store; the first round of a run is checked against the reference.
std::unique_ptr<Task> NewIngestTask(const Stage& stage, const Scenario& scenario);
/// Opens a filled store and checks it, which also warms its caches; then reads as often as it is told to.
std::unique_ptr<Task> NewReadTask(const Stage& stage, const Scenario& scenario);

}  // namespace rookery::bench
