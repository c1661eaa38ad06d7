// Many producers, one store: each thread posts its own share of the chat, message by message and in order, and what is
// timed is how long it takes until all of it has been answered.
//
// Message i belongs to producer i mod P, so every busy channel has messages of all producers. Afterwards the whole
// store is read back.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "bench/entrant.h"
#include "bench/worker.h"
#include "bench/workload.h"

namespace rookery::bench {

/// What a round is made of.
struct ProducerLoad {
  std::size_t producers = 1;
  std::size_t messages = 0;  // the first ones of the chat, of all producers together
  bool sync = false;         // every message is on disk before its answer, and its producer waits for that
};

/// A store that takes messages from several threads at once. Each call throws Failure if it cannot do what it should.
class ProducerStore {
 public:
  virtual ~ProducerStore() = default;
  /// Called by the producers' threads. With ProducerLoad::sync it returns when the message is on disk.
  virtual void Post(std::size_t message) = 0;
  /// Returns when everything that was posted is answered.
  virtual void AwaitAnswers() = 0;
  /// Reads everything back and compares it with the chat: all of a channel's messages and no others, and those of one
  /// producer in the order in which it posted them. Then closes.
  virtual void CheckAndClose() = 0;
};

/// A new store in a directory that does not exist.
using OpenProducerStore = std::function<std::unique_ptr<ProducerStore>(
    const Workload& workload, const std::filesystem::path& directory, const ProducerLoad& load)>;

/// Every round has a store of its own.
std::unique_ptr<Task> NewProducersTask(const Ground& ground, const ProducerLoad& load, const OpenProducerStore& open);

/// Raw RocksDB, keys and values ready: every producer calls Put.
std::unique_ptr<ProducerStore> OpenRocksDbForProducers(const Workload& workload, const std::filesystem::path& directory,
                                                       const ProducerLoad& load);

}  // namespace rookery::bench
