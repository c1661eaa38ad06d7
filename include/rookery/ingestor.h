// The ingestor: posts that return at once and are answered later, gathered into batches on their way to the store.
//
//   auto ingestor = store->Ingestor({.batch = {.age = std::chrono::milliseconds{2}}});
//   ingestor->PostThen({.channel = "general", .content = "hello"}, [](const rookery::Result<rookery::Posted>& posted) {
//     if (!posted) std::cerr << posted.error() << '\n';
//   });
//   ingestor->Flush(std::chrono::seconds{5});
//
// docs/ingest.md says when it pays.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/export.h"
#include "rookery/message.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

/// When what has gathered at a destination is given to the store: as soon as one of these is reached.
struct IngestBatch {
  std::size_t messages = 512;                // 1 to 65,536
  std::size_t bytes = std::size_t{1} << 20;  // at least 1; one message may be larger by itself
  std::chrono::microseconds age = {};        // of the oldest; at most 1 minute. 0: as soon as a worker is free
};

/// What a post does that finds the mailbox of its destination full.
enum class WhenFull : std::uint8_t {
  kWait,  // waits for room until its timeout, then kBusy; but never in a callback of the ingestor
  kBusy,  // answers kBusy, with retry_after, at once
};

/// How much may wait at a destination: what was accepted and is not answered yet.
struct IngestMailbox {
  std::size_t messages = 8192;  // at least 1
  /// At least 1 KiB; a message that is larger by itself is refused. Default: the mailboxes' part of
  /// StoreOptions::memory (docs/tuning.md), divided by the destinations; a larger message is then taken when nothing
  /// else waits.
  std::optional<std::size_t> bytes = {};
  WhenFull when_full = WhenFull::kWait;
};

struct ROOKERY_EXPORT IngestOptions {
  IngestBatch batch = {};
  IngestMailbox mailbox = {};
  /// How long a post waits for room in its mailbox, and how long, from its acceptance, it is tried again while the
  /// store answers kBusy, before it is answered kBusy. 0 to 1 hour; PostThen and Post may give another.
  std::chrono::milliseconds timeout = std::chrono::seconds{10};
  std::optional<Durability> durability = {};  // default: StoreOptions::durability
  /// Threads that write and call back. 0: as many as there are processors, at least 2. At most one per destination is
  /// made, and at most 256.
  std::uint32_t workers = 0;
  /// Destinations beside the shards, for posts that name one: 1 to 255 bytes each, no two alike, at most 4096.
  std::vector<std::string> destinations = {};

  /// kInvalidArgument naming the first bad field, or OK.
  Status Validate() const;
};

struct IngestPostOptions {
  std::string_view destination = {};                      // empty: by the message's channel
  std::optional<std::chrono::milliseconds> timeout = {};  // default: IngestOptions::timeout
};

/// What went through one destination, or all of them, since the ingestor was made.
struct IngestCounters {
  std::uint64_t accepted = 0;
  std::uint64_t answered = 0;          // with an id or with an error
  std::uint64_t failed = 0;            // of those answered: with an error
  std::uint64_t refused = 0;           // not accepted, because the mailbox was full
  std::uint64_t retried = 0;           // posts that the store answered kBusy and that were tried again
  std::uint64_t batches = 0;           // writes that the store was asked for
  std::uint64_t batched = 0;           // messages in them, those of a repeated write again
  std::uint64_t waiting_messages = 0;  // accepted and not answered
  std::uint64_t waiting_bytes = 0;

  /// Messages in a write; 0 before the first.
  double mean_batch() const { return batches == 0 ? 0 : static_cast<double>(batched) / static_cast<double>(batches); }
};

struct DestinationStats {
  std::string name;              // as declared, or the shard's
  std::optional<ShardId> shard;  // absent: a declared destination. A directory goes by hashes instead
  IngestCounters counters;
};

struct IngestStats {
  IngestCounters total;
  std::vector<DestinationStats> destinations;  // the shards, then those that were declared, in their order
};

/// What became of a post. Called once for each that was accepted, on a thread of the ingestor and with no lock held; it
/// must not throw, and while it runs the other answers of its batch wait. It may post (then a full mailbox answers
/// kBusy at once) and read the store. What would wait for the callback itself, Flush, Stop and Store::Close, answers
/// kInvalidArgument; do not destroy the ingestor or its store there.
using PostDone = std::function<void(const Result<Posted>& posted)>;

/// Takes posts of one store, answers them later. Made by Store::Ingestor; a store may have several.
///
/// Each shard, and each declared destination, has a mailbox and an actor that takes batches out of it and posts them:
/// one that is held up by the store (kBusy) or slow delays only itself. What one thread posts to a channel by the same
/// destination is stored in that order, with ascending ids; of a message that is answered with an error, the later ones
/// are none the worse. Messages of a batch have nothing else in common: each is answered by itself.
///
/// Movable, not copyable. Thread-safe, but for moving and destruction. Closing the store while it lives is safe: what
/// was accepted is written and answered first, later posts answer kClosed.
class ROOKERY_EXPORT Ingestor {
 public:
  Ingestor(Ingestor&&) noexcept;
  Ingestor& operator=(Ingestor&&) noexcept;
  /// Stops.
  ~Ingestor();

  /// Accepts a message, of which it keeps a copy; `done` is called when it is stored, as durable as
  /// IngestOptions::durability asks for, or cannot be. After an error `done` is not called. kInvalidArgument: the
  /// message or the timeout is bad. kNotFound: no such destination was declared. kBusy: the mailbox is full. kClosed:
  /// after Stop or Store::Close. `done` gets what Store::PostBatch would answer for the message alone; kBusy only after
  /// the timeout. May be null.
  Status PostThen(const NewMessage& message, PostDone done, const IngestPostOptions& options = {});

  /// The same; the future gets the answer, or why the message was not accepted.
  std::future<Result<Posted>> Post(const NewMessage& message, const IngestPostOptions& options = {});

  /// Returns when all that was accepted before the call has been answered; meanwhile nothing waits for
  /// IngestBatch::age. kBusy: the timeout has passed first. After Stop: OK.
  Status Flush(std::chrono::milliseconds timeout);

  /// Accepts no more, answers what was accepted, and ends the threads. Takes as long as the store does, and as the
  /// timeouts of posts that it answers kBusy. Idempotent; returns when it is done, whoever began it.
  Status Stop();

  /// Cheap; after Stop as it was at the end.
  IngestStats Stats() const;

 private:
  friend class Store;
  struct State;
  explicit Ingestor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rookery
