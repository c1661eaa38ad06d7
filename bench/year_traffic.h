// The one caller of a store that lives through a year: it posts and reads, and checks every answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/data/random.h"
#include "bench/workload.h"
#include "bench/year.h"

namespace rookery::bench {

/// How long reads took, in nanoseconds.
struct ReadTimes {
  std::vector<std::int64_t> pages;
  std::vector<std::int64_t> gets;
};

/// Used by one thread. Throws Failure if an answer is wrong.
class YearTraffic {
 public:
  /// `workload` outlives it.
  YearTraffic(const Workload& workload, const Calendar& calendar);

  /// Posts the next message of the chat.
  void Post(YearStore* store);
  /// Reads the latest page of the channel of a living message, and another such message. `times` may be null.
  void Read(YearStore* store, ReadTimes* times);

  Timestamp now() const { return now_; }
  std::size_t posted() const { return ids_.size(); }
  /// The first message that may stay now.
  std::size_t first_kept() const;
  /// Retention ran when it was `then`: nothing that was too old then may be read again.
  void NoteRetention(Timestamp then) { gone_before_ = YearKeptFrom(then); }

  /// Compares the store, whole, with what there should be after retention ran now.
  void ExpectOnlyKept(YearStore* store) const;

 private:
  std::size_t DrawLiving();
  void CheckPage(std::size_t channel) const;
  void ExpectChannel(std::size_t channel, const std::vector<Row>& rows) const;

  const Chat& chat_;
  const Calendar calendar_;
  Random random_;
  Timestamp now_;
  MessageId gone_before_;
  std::vector<MessageId> ids_;          // by message: of those that were posted
  std::vector<std::size_t> posted_of_;  // by channel
  std::vector<MessageId> page_;         // what was read last
};

}  // namespace rookery::bench
