// Sends herds of callers to channels whose pages nobody has read, and times how each caller and how all are served.
//
// Right after each herd the same one asks for the same page again: that is what it costs to wake so many callers and to
// answer each from memory, and no sharing of reads can be faster. A lone reader is a herd of one, woken in the same
// way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bench/data/chat.h"
#include "bench/entrant.h"
#include "bench/measurement.h"
#include "rookery/query.h"

namespace rookery::bench {

/// What herds are sent to, with a cache in which nothing is yet. Thread-safe.
class HerdTarget {
 public:
  virtual ~HerdTarget() = default;
  /// The latest kScrollLimit messages.
  virtual Page Read(const std::string& channel) = 0;
  /// Counted from any beginning: pages that were read from the engine, and callers who waited for another's read.
  virtual std::uint64_t engine_reads() = 0;
  virtual std::uint64_t waited() = 0;
};

/// One herd for each of the busiest channels. `before_each` is called before a herd is let go. Throws Failure if an
/// answer is wrong or a herd made another number of engine reads than one.
Measurement RunHerds(
    const Chat& chat, HerdTarget* target, std::size_t callers, const std::function<void()>& before_each = [] {});

/// A lone reader, which is the baseline, and the herds beside it. `make_task`: for so many callers.
Entrants HerdEntrants(const std::function<std::unique_ptr<Task>(const Ground&, std::size_t callers)>& make_task);

}  // namespace rookery::bench
