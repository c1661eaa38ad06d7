// The mailbox: where producers leave letters and one actor fetches them, all at once. Bounded by what was accepted and
// is not answered yet, also after it was fetched.
//
// Idea: a producer copies its message into the bundle that is being filled, and tells the scheduler only when the actor
// has to be woken. The actor swaps the bundle for an empty one, so nothing is allocated while bundles go round.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "base/mutex.h"
#include "ingest/actor.h"
#include "ingest/letter.h"
#include "rookery/ingestor.h"

namespace rookery::ingest {

/// A message on its way into a mailbox.
struct Parcel {
  const NewMessage& message;
  std::size_t text_bytes;
  std::unique_ptr<char[]> own;  // where its texts are, if they are large; else they are to be copied
  PostDone done;
  Time accepted;
  Time deadline;
};

/// Thread-safe. Take, Rest and Release are for the actor that is being run.
class Mailbox {
 public:
  enum class Put {
    kAccepted,
    kWake,  // accepted; the actor has to be woken
    kFull,
    kClosed,
  };
  /// What the actor has done with letters of this mailbox.
  struct Progress {
    std::size_t answered = 0;
    std::size_t failed = 0;  // of those answered
    std::size_t bytes = 0;   // of those answered
    std::size_t retried = 0;
    std::size_t batches = 0;
    std::size_t batched = 0;
    std::uint64_t unanswered_from = 0;
  };

  /// `limits` without bytes: none in bytes.
  explicit Mailbox(const IngestMailbox& limits)
      : most_messages_(limits.messages), most_bytes_(limits.bytes.value_or(std::numeric_limits<std::size_t>::max())) {}

  /// Unless it was accepted, `parcel` is left as it was.
  Put TryPut(Parcel* parcel);
  /// Waits for room until the parcel's deadline.
  Put PutWhenRoom(Parcel* parcel);

  /// Counts a letter that was refused because there is no room. Returns when to try again: in as long as it has been
  /// since an answer made room.
  std::chrono::milliseconds Refuse(Time now);

  /// Everything that has come, in place of `spare`, an empty bundle.
  Mail Take(Bundle spare);
  /// From now on what comes wakes the actor as `rest` says. False: it has come already, or somebody is in a hurry.
  bool BeginRest(const Rest& rest);
  void Note(const Progress& progress, Time now);

  /// Nothing that has come is to wait for more. The actor has to be woken. Returns how many letters have come.
  std::uint64_t Hurry();
  /// Accepts no more; who waits for room is told. Else as Hurry.
  std::uint64_t Close();
  /// Returns when the first `letters` letters are answered. False: the deadline, if there is one, has passed.
  bool AwaitAnswers(std::uint64_t letters, std::optional<Time> deadline);

  IngestCounters counters() const;

 private:
  bool HasRoom(std::size_t bytes) const RK_REQUIRES(mutex_);
  Put Accept(Parcel* parcel, std::size_t bytes) RK_REQUIRES(mutex_);
  bool WakesNow() const RK_REQUIRES(mutex_) {
    return filling_messages_ >= wake_at_.messages || filling_bytes_ >= wake_at_.bytes;
  }

  const std::size_t most_messages_;
  const std::size_t most_bytes_;
  mutable base::Mutex mutex_;
  std::condition_variable_any room_;      // letters were answered, or it was closed
  std::condition_variable_any answered_;  // unanswered_from_ has risen
  Bundle filling_ RK_GUARDED_BY(mutex_);
  std::size_t filling_messages_ RK_GUARDED_BY(mutex_) = 0;
  std::size_t filling_bytes_ RK_GUARDED_BY(mutex_) = 0;
  Rest wake_at_ RK_GUARDED_BY(mutex_);
  bool hurry_ RK_GUARDED_BY(mutex_) = false;
  bool closed_ RK_GUARDED_BY(mutex_) = false;
  std::size_t waiting_for_room_ RK_GUARDED_BY(mutex_) = 0;  // producers
  std::size_t waiting_for_answers_ RK_GUARDED_BY(mutex_) = 0;
  std::uint64_t unanswered_from_ RK_GUARDED_BY(mutex_) = 0;  // every letter with a lower number is answered
  Time last_answer_ RK_GUARDED_BY(mutex_) = {};              // or when the first letter came that waits
  IngestCounters counters_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::ingest
