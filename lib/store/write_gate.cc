#include "store/write_gate.h"

#include <algorithm>
#include <string>
#include <utility>

namespace rookery::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kBetweenLogLines{10};
constexpr milliseconds kShortestRetry{50};

/// "stopped by shard-0003 (...)", "held up".
std::string InWords(const engine::StallReport& stall) {
  if (stall.state == StallState::kNone) return "held up by the engine";
  std::string text = stall.state == StallState::kStopped ? "stopped" : "delayed";
  text += " by " + (stall.keyspace.empty() ? std::string("the engine") : stall.keyspace);
  return stall.reason.empty() ? text : text + " (" + stall.reason + ")";
}

steady_clock::time_point DeadlineAfter(milliseconds timeout) {
  // Longer than anything lasts, and far from where adding it to a time would overflow.
  constexpr std::chrono::hours kForEver{24 * 365};
  return steady_clock::now() + std::clamp(timeout, milliseconds{0}, milliseconds{kForEver});
}

Status AllHeld() {
  return Status(StatusCode::kBusy,
                "a repair or a bulk load held all channels until the deadline of this write; nothing was written, try "
                "again later")
      .WithRetryAfter(kShortestRetry);
}

}  // namespace

Status HeldUp(const Turnstile& turnstile, WriteAttempt* attempt) {
  attempt->closed = &turnstile;
  return AllHeld();
}

WriteGate::WriteGate(engine::Engine* engine, milliseconds timeout, std::shared_ptr<Logger> logger)
    : engine_(*engine), timeout_(timeout), logger_(std::move(logger)) {
  engine_.NotifyOfStalls([this] { TryNow(); });
}

WriteGate::Counts WriteGate::counts() const {
  return {.waited = waited_.load(std::memory_order_relaxed), .refused = refused_.load(std::memory_order_relaxed)};
}

void WriteGate::NoteRefusal(std::size_t bytes) {
  const engine::StallReport stall = engine_.Stall();
  bool log = false;
  {
    const std::lock_guard lock(mutex_);
    pace_.Refused(bytes, stall.bytes_per_second);
    narrow_.store(true, std::memory_order_release);
    const Time now = steady_clock::now();
    not_before_ = now + pace_.pause();
    log = logger_ != nullptr && (!logged_at_ || now - *logged_at_ >= kBetweenLogLines);
    if (log) logged_at_ = now;
  }
  if (log) logger_->Log(LogLevel::kWarning, "store", "writes are " + InWords(stall) + "; they wait for it");
}

void WriteGate::NoteWritten() {
  const std::lock_guard lock(mutex_);
  pace_.Written();
  narrow_.store(!pace_.open(), std::memory_order_release);
  moved_.notify_all();
}

void WriteGate::TryNow() {
  const std::lock_guard lock(mutex_);
  not_before_ = {};
  moved_.notify_all();
}

Status WriteGate::TooLate(WritePace::Duration pause) const {
  const auto retry = std::max(kShortestRetry, std::chrono::ceil<milliseconds>(pause));
  return Status(StatusCode::kBusy, "writes are " + InWords(engine_.Stall()) +
                                       " and the deadline of this one has passed; nothing was written, try again later")
      .WithRetryAfter(retry);
}

WriteGate::Turn::Turn(WriteGate* gate, Line line, const Timeout& timeout, const WriteAttempt& first)
    : gate_(*gate), line_(line), deadline_(DeadlineAfter(timeout.value_or(gate->timeout_))) {
  if (!first.refused) return;
  NoteWait();
  gate_.NoteRefusal(first.bytes);
}

void WriteGate::Turn::NoteWait() {
  if (!std::exchange(waited_, true)) gate_.waited_.fetch_add(1, std::memory_order_relaxed);
}

WriteGate::Turn::~Turn() { Leave(); }

void WriteGate::Turn::Leave() {
  if (!std::exchange(active_, false)) return;
  const std::lock_guard lock(gate_.mutex_);
  --gate_.active_;
  gate_.moved_.notify_all();
}

Status WriteGate::Turn::Await(const Turnstile* closed) {
  if (closed != nullptr && (!closed->PassUntil(deadline_) || steady_clock::now() >= deadline_)) return AllHeld();
  std::unique_lock lock(gate_.mutex_);
  while (true) {
    const Time now = steady_clock::now();
    if (line_ == Line::kOfTurns && !active_ && gate_.active_ < gate_.pace_.width()) {
      active_ = true;
      ++gate_.active_;
    }
    const bool next = active_ || line_ == Line::kNone;
    if (next && now >= gate_.not_before_) return {};
    NoteWait();
    if (now >= deadline_) break;
    gate_.moved_.wait_until(lock, next ? std::min(deadline_, gate_.not_before_) : deadline_);
  }
  const WritePace::Duration pause = gate_.pace_.pause();
  // What this one would have had to wait for, a smaller one may not have to.
  if (active_) gate_.not_before_ = {};
  lock.unlock();
  gate_.refused_.fetch_add(1, std::memory_order_relaxed);
  return gate_.TooLate(pause);
}

void WriteGate::Turn::Tried(const WriteAttempt& attempt) {
  if (attempt.written) gate_.NoteWritten();
  if (attempt.closed != nullptr) Leave();
  if (!attempt.refused) return;
  gate_.NoteRefusal(attempt.bytes);
  // Of many who were refused at once one keeps its turn; the others get in line.
  const std::lock_guard lock(gate_.mutex_);
  if (!active_ || gate_.active_ <= gate_.pace_.width()) return;
  active_ = false;
  --gate_.active_;
}

}  // namespace rookery::store
