// Where writes wait while the engine delays or stops them: before they take any lock, and no longer than their
// deadline.
//
// Idea: a write is tried as a whole, locks and all. If the engine refuses it, nothing was written and the locks are let
// go; the caller waits here and tries the whole again. So whoever waits for a lock waits for somebody who is at work.
// While the gate is narrow, few try at once: each has a turn. With a turn a write may wait for a channel, so nobody who
// holds one may wait for a turn; who holds all channels goes past those in line.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>

#include "base/macros.h"
#include "engine/engine.h"
#include "rookery/logger.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/turnstile.h"
#include "store/write_pace.h"

namespace rookery::store {

/// One try of a write, told by the committer how it went.
struct WriteAttempt {
  std::optional<Durability> durability = {};
  bool refused = false;  // the engine delays or stops writes; nothing was written
  bool written = false;
  std::size_t bytes = 0;              // of the batch
  const Turnstile* closed = nullptr;  // not null: it was closed, and nothing was tried

  bool again() const { return refused || closed != nullptr; }
};

/// What a write answers that found the turnstile closed: kBusy, and `attempt` says so.
Status HeldUp(const Turnstile& turnstile, WriteAttempt* attempt);

/// Thread-safe. Costs a branch while the engine takes writes.
class WriteGate {
 public:
  using Timeout = std::optional<std::chrono::milliseconds>;
  struct Counts {
    std::uint64_t waited = 0;
    std::uint64_t refused = 0;
  };

  /// Sets itself as the engine's listener for stalls, so it must live until the engine is closed.
  /// `timeout`: of writes that do not say. `logger` may be null.
  WriteGate(engine::Engine* engine, std::chrono::milliseconds timeout, std::shared_ptr<Logger> logger);
  WriteGate(const WriteGate&) = delete;
  WriteGate& operator=(const WriteGate&) = delete;

  /// Calls `write(WriteAttempt*)`, which answers a Status or a Result, until the engine does not refuse it, or until
  /// the deadline: then kBusy, and nothing was written. Call it without a lock.
  template <typename Write>
  std::invoke_result_t<Write, WriteAttempt*> Run(std::optional<Durability> durability, const Timeout& timeout,
                                                 Write&& write) {
    return RunIn(Line::kOfTurns, durability, timeout, write);
  }
  /// The same for a write of the store itself, of which there are few: it waits for the engine, but not for those who
  /// have a turn, which may wait for channels that the caller holds.
  template <typename Write>
  std::invoke_result_t<Write, WriteAttempt*> RunPast(std::optional<Durability> durability, Write&& write) {
    return RunIn(Line::kNone, durability, {}, write);
  }

  Counts counts() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Line { kOfTurns, kNone };

  /// A write that has to wait: one of those who may try, or in line for it.
  class Turn {
   public:
    /// `first`: the attempt that was refused, if there was one.
    Turn(WriteGate* gate, Line line, const Timeout& timeout, const WriteAttempt& first);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// OK: try. kBusy: the deadline has passed. `closed`: to be passed before, if not null.
    Status Await(const Turnstile* closed);
    void Tried(const WriteAttempt& attempt);

   private:
    void NoteWait();
    void Leave();

    WriteGate& gate_;
    const Line line_;
    const Time deadline_;
    bool active_ = false;  // counted in gate_.active_
    bool waited_ = false;
  };

  template <typename Write>
  std::invoke_result_t<Write, WriteAttempt*> RunIn(Line line, std::optional<Durability> durability,
                                                   const Timeout& timeout, Write& write) {
    WriteAttempt attempt{.durability = durability};
    if (!narrow_.load(std::memory_order_acquire)) {
      auto outcome = write(&attempt);
      if (!attempt.again()) return outcome;
    }
    Turn turn(this, line, timeout, attempt);
    while (true) {
      RK_TRY(turn.Await(attempt.closed));
      attempt = {.durability = durability};
      auto outcome = write(&attempt);
      turn.Tried(attempt);
      if (!attempt.again()) return outcome;
    }
  }

  void NoteRefusal(std::size_t bytes);
  void NoteWritten();
  void TryNow();
  Status TooLate(WritePace::Duration pause) const;

  engine::Engine& engine_;
  const std::chrono::milliseconds timeout_;
  const std::shared_ptr<Logger> logger_;
  std::atomic<bool> narrow_{false};  // !pace_.open(); set under mutex_
  std::atomic<std::uint64_t> waited_{0};
  std::atomic<std::uint64_t> refused_{0};

  std::mutex mutex_;
  std::condition_variable moved_;
  // Guarded by mutex_.
  WritePace pace_;
  std::size_t active_ = 0;  // how many hold a turn
  Time not_before_{};       // of the next attempt
  std::optional<Time> logged_at_;
};

}  // namespace rookery::store
