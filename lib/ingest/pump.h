// The pump: carries letters from the mailboxes to the store, and answers back. The shell around actors: it has the
// threads, asks for the time, and does what the actors' steps ask for.
//
// Invariant: every accepted post is answered once, with no lock held, before Stop returns; after that the store is not
// touched.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/event.h"
#include "base/mutex.h"
#include "ingest/actor.h"
#include "ingest/mailbox.h"
#include "ingest/scheduler.h"
#include "rookery/ingestor.h"
#include "rookery/status.h"
#include "store/attendant.h"
#include "store/store_impl.h"

namespace rookery::ingest {

/// Thread-safe.
class Pump final : public store::Attendant {
 public:
  /// Starts the threads and has itself told when the store closes.
  static Result<std::shared_ptr<Pump>> Start(std::shared_ptr<store::StoreImpl> store, const IngestOptions& options);
  ~Pump() override;
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  Status Post(const NewMessage& message, PostDone done, const IngestPostOptions& options);
  Status Flush(std::chrono::milliseconds timeout);
  Status Stop();
  IngestStats Stats() const;

  Status MayClose() const override;
  Status BeforeClose() override { return Stop(); }
  Status Drain(std::chrono::milliseconds timeout) override { return Flush(timeout); }
  std::uint64_t memory_bytes() const override { return Stats().total.waiting_bytes; }

 private:
  struct Destination {
    Destination(std::string its_name, std::optional<ShardId> its_shard, const IngestMailbox& limits,
                const IngestBatch& batch)
        : name(std::move(its_name)), shard(its_shard), mailbox(limits), actor(batch) {}

    const std::string name;
    const std::optional<ShardId> shard;
    Mailbox mailbox;
    Actor actor;  // whose turn it is, by the scheduler, has it
  };
  /// A destination's turn.
  struct Run {
    DestinationIndex index;
    Effects effects;      // of its actor's last step
    bool joined = false;  // its first write is a part of one with others'
  };
  /// What a worker keeps from one run to the next.
  struct Bench {
    std::vector<NewMessage> messages;  // of a write
    std::vector<Bundle> spares;
  };

  Pump(std::shared_ptr<store::StoreImpl> store, const IngestOptions& options);
  Status StartThreads();

  Result<DestinationIndex> Route(std::string_view channel, std::string_view destination) const;
  /// Always the same one of the shards' for a channel, so that its messages keep their order.
  std::uint32_t MailboxOf(std::string_view channel) const;
  static Status Refuse(Mailbox::Put why, Destination* destination);

  void Work();
  /// Writes what one destination wants to.
  void RunAlone(DestinationIndex index, Bench* bench);
  /// Writes what all destinations want to that are waiting, together, as far as it has room in a batch; if that fails,
  /// what each wants by itself.
  void RunTogether(DestinationIndex first, Bench* bench);
  /// Begins runs, and gathers their writes on the bench. Returns how long these may wait for the store.
  Time Gather(DestinationIndex first, std::vector<Run>* runs, Bench* bench);
  Run Begin(DestinationIndex index, Bench* bench);
  void Continue(Run* run, Answer answer, Bench* bench);
  void End(Run* run, Bench* bench);
  /// Waits for a stalled store until `patience` at most.
  Answer Write(std::span<const NewMessage> messages, Time patience);
  /// How long a write may wait that has this patience.
  std::chrono::milliseconds TimeoutOf(Time patience) const;
  /// Calls back. `written`: messages in the write that these effects follow.
  void Deliver(Run* run, std::size_t written, Bench* bench);

  const std::shared_ptr<store::StoreImpl> store_;
  // That of the beginning, to the end: a channel keeps its mailbox, and so its order, also when it moves to another
  // shard meanwhile.
  const routing::Router& router_;
  const IngestOptions options_;
  const bool syncs_;                                        // every write waits for the disk
  std::vector<std::unique_ptr<Destination>> destinations_;  // by DestinationIndex: the shards, then the declared ones
  std::unordered_map<std::string_view, DestinationIndex> declared_;  // views of their names
  Scheduler scheduler_;
  base::Mutex sync_turn_;                        // of the worker that writes and waits for the disk
  std::atomic<Time> patient_from_{Time::min()};  // until then no write waits for a stalled store
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_{false};
  base::Event stopped_;
};

}  // namespace rookery::ingest
