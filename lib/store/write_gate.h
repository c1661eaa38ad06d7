// Where writes wait while the engine delays or stops them: before they take any lock, and no longer than their
// deadline.
//
// Idea: a write is tried as a whole, locks and all. If the engine refuses it, nothing was written and the locks are let
// go; the caller waits here and tries the whole again. So whoever waits for a lock waits for somebody who is at work.
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
#include "store/write_pace.h"

namespace rookery::store {

/// One try of a write, told by the committer how it went.
struct WriteAttempt {
  std::optional<Durability> durability = {};
  bool refused = false;  // the engine delays or stops writes; nothing was written
  bool written = false;
  std::size_t bytes = 0;  // of the batch
};

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
    WriteAttempt attempt{.durability = durability};
    if (!narrow_.load(std::memory_order_acquire)) {
      auto outcome = write(&attempt);
      if (!attempt.refused) return outcome;
    }
    Turn turn(this, timeout, attempt);
    while (true) {
      RK_TRY(turn.Await());
      attempt = {.durability = durability};
      auto outcome = write(&attempt);
      turn.Tried(attempt);
      if (!attempt.refused) return outcome;
    }
  }

  Counts counts() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  /// A write that has to wait: one of those who may try, or in line for it.
  class Turn {
   public:
    /// `first`: the attempt that was refused, if there was one.
    Turn(WriteGate* gate, const Timeout& timeout, const WriteAttempt& first);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// OK: try. kBusy: the deadline has passed.
    Status Await();
    void Tried(const WriteAttempt& attempt);

   private:
    void NoteWait();

    WriteGate& gate_;
    const Time deadline_;
    bool active_ = false;  // counted in gate_.active_
    bool waited_ = false;
  };

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
