// The actor: decides what one destination writes, when, and what becomes of every message. A pure state machine: it has
// no thread, no lock and no clock, and asks for what is to be done by the effects of a step.
//
// Invariants: a letter leaves the actor by exactly one outcome. The letters of a channel are written in the order of
// their numbers. A letter that the store is too busy for is parked, and so are the later ones of its channel; other
// channels go on without them. While the store takes no write at all, everything is parked. A batch that fails by what
// may be one message's fault is halved until the fault stands alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "ingest/letter.h"
#include "ingest/parking.h"
#include "rookery/ingestor.h"
#include "rookery/status.h"

namespace rookery::ingest {

/// Letters from the mailbox, or none: then only time has passed. REQUIRES: no write is under way.
struct Mail {
  Bundle bundle;
  bool hurry = false;  // nothing that has come is to wait for more
};

/// What the store answered to the write that was asked for last.
struct Answer {
  Result<std::vector<Posted>> posted;
  bool stalled = false;  // kBusy for any message whatever: a part of them would have fared no better
};

using Event = std::variant<Mail, Answer>;

/// How a post ended: `done` is to be called with it.
struct Outcome {
  PostDone done;
  Result<Posted> posted;
};

/// When the next step is due: at `until`, or when so many letters or bytes have come to the mailbox.
struct Rest {
  std::size_t messages = 1;
  std::size_t bytes = 1;
  std::optional<Time> until = {};

  bool none() const { return messages == 0; }  // there is something to do at once
};

/// What to do after a step, in this order.
struct Effects {
  std::vector<Outcome> outcomes;
  std::size_t answered_bytes = 0;        // of the letters that these outcomes are for
  std::uint64_t unanswered_from = 0;     // every letter with a lower number has had its outcome
  std::size_t retried = 0;               // letters that were parked because the store was too busy for them
  std::vector<Bundle> emptied;           // for the next letters
  std::vector<const NewMessage*> write;  // if not empty: post these as one batch; the next event is its Answer
  std::size_t write_bytes = 0;           // of their letters
  Time patience = {};                    // until then the write may wait for the store
  Rest rest;                             // if there is nothing to write
};

/// Owned by one thread at a time.
class Actor {
 public:
  /// A write waits no longer for a store that is stalled; meanwhile no deadline is looked at.
  static constexpr std::chrono::milliseconds kLongestTry{50};

  explicit Actor(const IngestBatch& limits) : limits_(limits) {}

  Effects Step(Time now, Event event);

 private:
  /// Of batch_: [begin, end).
  struct Range {
    std::size_t begin;
    std::size_t end;
  };

  void TakeMail(Mail mail);
  void TakeAnswer(Time now, const Answer& answer, Effects* effects);

  void BeginBatch(Time now);
  void BeginRetry();
  void BeginFresh();
  bool FreshIsDue(Time now) const;
  /// What to write next of the batch, if anything of it is left.
  void ContinueBatch(Time now, Effects* effects);
  void EndBatch(Effects* effects);
  void FreeBundles(Effects* effects);
  Time Patience(Time now, Range part) const;

  void FailPart(Time now, Range part, const Status& status, Effects* effects);
  /// The store takes nothing just now: parks all that there is.
  void Stall(Time now, const Status& status, Effects* effects);
  void Park(Letter* letter, Effects* effects);
  void ParkFresh(Effects* effects);
  void Expire(Time now, Effects* effects);
  static void Finish(Letter* letter, Result<Posted> posted, Effects* effects);

  Rest NextRest(Time now) const;
  std::uint64_t UnansweredFrom() const;

  const IngestBatch limits_;
  std::deque<Bundle> bundles_;  // hold the letters of batch_, unless it is a retry, and then those of fresh_
  std::deque<Letter*> fresh_;   // not tried yet, ascending
  std::size_t fresh_bytes_ = 0;
  std::uint64_t next_number_ = 0;    // of the next letter to come
  std::uint64_t hurried_below_ = 0;  // letters with a lower number do not wait for more

  std::vector<Letter*> batch_;  // empty: nothing is under way
  std::vector<Letter> retry_;   // holds the letters of batch_, if it is a retry
  std::vector<Range> parts_;    // of batch_, that are still to be written; the last one is next, or under way
  bool busy_ = false;           // the store was, for a letter of this batch
  bool stalled_ = false;        // the store took nothing when it was asked last
  Parking parking_;
};

}  // namespace rookery::ingest
