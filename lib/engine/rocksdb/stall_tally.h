// Who holds up writes, and for how long: the state of the whole is the worst of any family's, and the culprit is the
// family that has been in that state longest.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "rookery/stats.h"

namespace rookery::engine {

/// Time comes in. Owned by one thread at a time.
class StallTally {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  void Set(std::string_view family, StallState state, Time now);
  /// Nobody holds up writes.
  void Clear(Time now);

  StallState state() const { return state_; }
  /// Empty while there is none.
  std::string culprit() const;
  Duration lasting(Time now) const { return now - since_; }
  Duration delayed(Time now) const { return Total(StallState::kDelayed, delayed_, now); }
  Duration stopped(Time now) const { return Total(StallState::kStopped, stopped_, now); }

 private:
  struct Entry {
    StallState state;
    Time since;
  };
  Duration Total(StallState of, Duration before, Time now) const {
    return before + (state_ == of ? lasting(now) : Duration{0});
  }
  void Enter(StallState state, Time now);

  std::map<std::string, Entry, std::less<>> families_;  // those that hold up writes
  StallState state_ = StallState::kNone;
  Time since_{};
  Duration delayed_{0};
  Duration stopped_{0};
};

}  // namespace rookery::engine
