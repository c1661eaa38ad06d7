#include "backup/work.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/macros.h"

namespace rookery::backup {
namespace {

constexpr std::chrono::milliseconds kBetweenCalls{100};

store::TokenBucket::Time Now() { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace

Work::Work(std::uint64_t bytes_per_second, BackupProgressFunction progress) : progress_(std::move(progress)) {
  constexpr double kBurstSeconds = 0.25;
  if (bytes_per_second == 0) return;
  const auto rate = static_cast<double>(bytes_per_second);
  rate_.emplace(rate, std::max(1.0, rate * kBurstSeconds), Now());
}

void Work::Begin(std::string_view phase, std::uint64_t total_bytes) {
  now_ = {.phase = phase, .done_bytes = 0, .total_bytes = total_bytes};
  told_ = {};
}

Status Work::Did(std::uint64_t bytes) {
  now_.done_bytes += bytes;
  RK_TRY(Tell());
  if (!rate_) return {};
  rate_->Fill(Now());
  rate_->Take(static_cast<double>(bytes));
  return Await();
}

Status Work::Await() {
  while (rate_->tokens() < 0) {
    // In short steps, so that whoever wants to stop does not wait for the rate.
    const auto left = rate_->TimeFor(-rate_->tokens());
    std::this_thread::sleep_for(std::min<store::TokenBucket::Time>(left, kBetweenCalls));
    RK_TRY(Tell());
    rate_->Fill(Now());
  }
  return {};
}

Status Work::Tell() {
  if (!progress_) return {};
  const Clock::time_point now = Clock::now();
  if (now - told_ < kBetweenCalls) return {};
  told_ = now;
  now_.total_bytes = std::max(now_.total_bytes, now_.done_bytes);
  if (progress_(now_)) return {};
  return {StatusCode::kInterrupted, "stopped before the end, and nothing is left of it"};
}

}  // namespace rookery::backup
