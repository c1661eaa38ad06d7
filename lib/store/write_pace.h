// How many writers may try at once while the engine holds up writes, and how long a refused one waits before it tries
// again.
//
// Idea: an engine that delays writes charges every attempt, refused ones too, so attempts must be few and far enough
// apart to be paid for. After a refusal one writer at a time tries; each write that goes through doubles their number.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rookery::store {

/// Pure. Owned by one thread at a time.
class WritePace {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// `bytes` were refused by an engine that takes `bytes_per_second` (0: not known, or none).
  void Refused(std::size_t bytes, std::uint64_t bytes_per_second);
  void Written();

  /// Everybody may try.
  bool open() const { return width_ >= kOpen; }
  std::size_t width() const { return width_; }
  /// From a refusal until the next attempt.
  Duration pause() const { return pause_; }

 private:
  static constexpr std::size_t kOpen = 64;

  std::size_t width_ = kOpen;
  Duration pause_{0};
};

}  // namespace rookery::store
