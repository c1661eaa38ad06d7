// What a store costs as it grows: stores of a tenth of the chat, of the whole chat and of ten times as much, in each of
// which the same number of messages is posted, read one by one and read as latest pages.
//
// What is read is the same for all, fits the block cache and was read before the clock starts: the latest messages of
// busy channels, and messages from anywhere. So what is left to differ is how much lies around it. Stores have grown by
// posts in batches of 100 and were closed and opened once, so that all of them begin with empty memtables; they were
// not compacted but as the engine saw fit, and what it does in the background is waited for before anything is timed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bench/contender.h"
#include "bench/data/endless_chat.h"
#include "bench/entrant.h"
#include "bench/worker.h"
#include "bench/workload.h"

namespace rookery::bench {

/// Messages are those of an EndlessChat. Used by one thread. Throws Failure on errors.
class GrowthStore {
 public:
  virtual ~GrowthStore() = default;
  /// Writes messages first..first+count-1 in one atomic step; they do not lie before those that were posted before.
  virtual void Post(std::size_t first, std::size_t count) = 0;
  /// False if there is none.
  virtual bool Get(std::size_t message) = 0;
  /// What Get reads.
  virtual std::optional<Row> Message(std::size_t message) = 0;
  /// Reads a channel's latest kScrollLimit messages. Returns their IdChecksum.
  virtual std::uint64_t Scroll(std::size_t channel) = 0;
  virtual void Close() = 0;
};

/// Makes a store, or opens the one that is there. `workload` and `chat`, which repeats its chat, outlive it.
using OpenGrowthStore = std::function<std::unique_ptr<GrowthStore>(const Workload& workload, const EndlessChat& chat,
                                                                   const std::filesystem::path& directory)>;

/// Fills its stores when it is made; rounds add to them.
std::unique_ptr<Task> NewGrowthTask(const Ground& ground, const OpenGrowthStore& open);

/// Raw RocksDB with values that are ready; keys are made as they are needed.
std::unique_ptr<GrowthStore> OpenRocksDbForGrowth(const Workload& workload, const EndlessChat& chat,
                                                  const std::filesystem::path& directory);

/// 1,500 as "1500", 20,000 as "20k", 3,000,000 as "3M".
std::string ShortNumber(std::size_t number);

}  // namespace rookery::bench
