#include "store/write_pace.h"

#include <algorithm>

namespace rookery::store {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr WritePace::Duration kShortestPause = milliseconds{1};
constexpr WritePace::Duration kLongestGuess = milliseconds{50};
constexpr double kLongestPauseSeconds = 3600;

/// Twice the time that the bytes take: once for the refused attempt, which was charged, and once for the next.
WritePace::Duration TimeToPay(std::size_t bytes, std::uint64_t bytes_per_second) {
  if (bytes_per_second == 0) return WritePace::Duration{0};
  const double seconds = 2.0 * static_cast<double>(bytes) / static_cast<double>(bytes_per_second);
  return std::chrono::duration_cast<WritePace::Duration>(
      std::chrono::duration<double>(std::min(seconds, kLongestPauseSeconds)));
}

}  // namespace

void WritePace::Refused(std::size_t bytes, std::uint64_t bytes_per_second) {
  width_ = 1;
  // Doubling, as the engine may still collect for what was written before, and as a stop lasts as long as it lasts.
  const Duration guess = std::clamp(pause_ * 2, kShortestPause, kLongestGuess);
  pause_ = std::max(guess, TimeToPay(bytes, bytes_per_second));
}

void WritePace::Written() {
  width_ = std::min(width_ * 2, kOpen);
  pause_ = Duration{0};
}

}  // namespace rookery::store
