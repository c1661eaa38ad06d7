// Says when a tenth of a second is over, so that what is asked at every breath of a read costs nothing most of the
// time.
#pragma once

#include <chrono>

namespace rookery::columns {

inline constexpr std::chrono::milliseconds kBeat{100};

/// Owned by one thread.
class Pace {
 public:
  /// True about ten times a second.
  bool Beat() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < kBeat) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace rookery::columns
