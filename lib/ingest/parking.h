// The letters that the store was too busy for, by channel: where they wait to be tried again.
//
// Invariant: the letters of a channel are in the order of their numbers. Channels take turns, so that one that stays
// busy does not keep the others from being tried.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/letter.h"
#include "rookery/status.h"

namespace rookery::ingest {

/// Pure; owned by an actor.
class Parking {
 public:
  /// A busy store is asked again after as long as it says, but within these bounds.
  static constexpr std::chrono::milliseconds kShortestPause{1};
  static constexpr std::chrono::milliseconds kLongestPause{50};

  bool empty() const { return letters_.empty(); }
  bool Holds(std::string_view channel) const { return letters_.contains(channel); }
  /// REQUIRES: its number is higher than those of its channel that are here.
  void Add(Letter letter);

  /// The store was busy: why, and so when to try again.
  void NoteBusy(Time now, const Status& status);
  /// The store was not busy: try again at once.
  void EndPause() { retry_at_ = Time::min(); }
  const Status& why() const { return why_; }
  bool Pauses(Time now) const { return now < retry_at_; }
  bool RetryIsDue(Time now) const { return !empty() && !Pauses(now); }
  /// Time::max() if there is none.
  Time earliest_deadline() const { return earliest_deadline_; }
  /// When a retry is due or a letter's deadline passes. REQUIRES: !empty().
  Time NextEvent() const { return std::min(retry_at_, earliest_deadline_); }

  /// All letters of whole channels, those first whose turn it is, until they are at least so many or so large.
  std::vector<Letter> TakeTurn(std::size_t messages, std::size_t bytes);
  /// Those whose deadline has passed.
  std::vector<Letter> TakeExpired(Time now);

  /// The lowest number here. REQUIRES: !empty().
  std::uint64_t FirstNumber() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept { return std::hash<std::string_view>()(name); }
  };

  void FindEarliestDeadline();

  std::unordered_map<std::string, std::vector<Letter>, Hash, std::equal_to<>> letters_;  // by channel, none empty
  std::deque<std::string> turns_;                                                        // every channel once
  Status why_;
  Time retry_at_ = Time::min();
  Time earliest_deadline_ = Time::max();
};

}  // namespace rookery::ingest
