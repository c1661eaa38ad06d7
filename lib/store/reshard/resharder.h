// Carries a reshard job out: from its beginning, in the caller's thread, through its phases, in a thread of its own, to
// its end, across crashes and reopening (docs/decisions/0011-resharding.md).
//
// Idea: a phase is a word in the job's row. Whatever a phase does can be done again, so whoever opens the store goes on
// with the phase that the row names. Going ahead and going back end alike: another map counts, writes are not doubled
// any more, and the place that lost is swept.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "rookery/logger.h"
#include "rookery/reshard.h"
#include "rookery/status.h"
#include "routing/reshard/plan.h"
#include "routing/router.h"
#include "store/buckets/bucket_keeper.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/reshard/channel_weights.h"
#include "store/reshard/job.h"
#include "store/reshard/mirror.h"

namespace rookery::store {

/// Thread-safe, but for Load.
class Resharder {
 public:
  /// `logger` may be null.
  Resharder(Context* context, const Catalog* catalog, Committer* committer, BucketKeeper* keeper,
            std::shared_ptr<Logger> logger)
      : context_(*context), catalog_(*catalog), committer_(*committer), keeper_(*keeper), logger_(std::move(logger)) {}
  ~Resharder() { Stop(); }
  Resharder(const Resharder&) = delete;
  Resharder& operator=(const Resharder&) = delete;

  /// Takes up the job that was under way: from here on writes go where it wants them. Before the first write, and after
  /// LoadRoutes.
  Status Load(std::optional<ReshardJob> job);
  /// Lets the thread work on a job that was taken up.
  void Begin();
  /// Ends the thread; the job stays where it is.
  void Stop();

  // As in Store.
  Result<ReshardPlan> Plan(const ReshardRequest& request) const;
  Result<ReshardPlan> Start(const ReshardRequest& request, const ReshardOptions& options);
  std::optional<ReshardStatus> status() const;
  Status PauseJob();
  Status ResumeJob();
  Status RevertJob();
  Status Await(std::chrono::milliseconds timeout) const;
  Result<ReshardProof> Verify(const std::function<bool(std::uint64_t, std::uint64_t)>& progress) const;

  /// The present map, and what its channels hold.
  struct Weighing {
    const routing::ShardMap* map = nullptr;
    std::vector<routing::ChannelWeight> channels = {};
  };
  /// Of `also`, and of spread channels, bucket by bucket. kInterrupted: it was stopped meanwhile.
  Result<Weighing> Weigh(const ByBucket& by_bucket) const;

  /// kBusy while there is a job, as one cannot `what` then.
  static Status CheckIdle(const Context& context, std::string_view what);

 private:
  using Lock = std::unique_lock<std::mutex>;
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Draft {
    routing::Target target;
    ReshardPlan plan;
  };

  // --- Beginning, in the caller's thread ---------------------------------------------------------------------------
  Result<Draft> MakeDraft(const ReshardRequest& request) const;
  Status CheckRoom(const ReshardPlan& plan) const;
  Status Prepare(const routing::Target& target);
  Status DropFamilies();
  /// Routers for both maps, of which the present one counts.
  Status BuildMirror(const ReshardJob& job);

  // --- The thread --------------------------------------------------------------------------------------------------
  void StartThread();
  void Work();
  Status Step(ReshardPhase phase);
  Status StepBackfill();
  Status StepCompare();
  Status StepSwitched();
  Status StepDrop();
  Status StepRevert();
  Status NoteProgress(const ReshardProgress& progress);
  /// Removes what shards hold of channels whose `loser` they are, from there only; once writes go to one place, of
  /// shards that the present map does not name everything.
  Status Sweep(ReshardPhase phase, ShardId Mirror::Places::*loser, bool resumed);
  /// From here on the present map alone counts. `loser`: what was the other place of a channel that moves.
  Status Settle(ShardId Mirror::Places::*loser, ReshardPhase outcome);
  Status CopyAgain(std::string reason);
  /// Returns when every write that was routed before is over.
  void PassWriters();

  // --- The job's row -----------------------------------------------------------------------------------------------
  /// Changes the job and stores it durably, unless it is not in `phase` any more: kInterrupted. `beside`, if it is not
  /// null, gets the row and is written; `then` is called before anybody can see the change.
  Status Change(
      ReshardPhase phase, const std::function<void(ReshardJob*)>& change, engine::Batch* beside = nullptr,
      const std::function<void()>& then = [] {});
  /// The same, and from then on routes by `router`.
  Status Flip(ReshardPhase phase, std::shared_ptr<routing::Router> router,
              const std::function<void(ReshardJob*)>& change);
  Status StoreLocked(const ReshardJob& job, engine::Batch* beside);
  Status Command(const std::function<Status(ReshardJob*)>& change);
  /// Unless it is not in `phase` any more.
  void Pause(ReshardPhase phase, const Status& cause);
  ReshardJob job() const;

  static Status Stopped() { return {StatusCode::kInterrupted, "the reshard job was stopped"}; }
  bool WorksLocked() const;
  bool GoesOn(ReshardPhase phase) const;
  bool GoesOnLocked(ReshardPhase phase) const;
  /// Sleeps for as long as the throttle asks for. False: the phase is to stop.
  bool Throttle(ReshardPhase phase, std::uint64_t bytes, std::chrono::nanoseconds busy,
                std::chrono::nanoseconds least = std::chrono::nanoseconds{0});
  void NoteRate(std::uint64_t bytes);
  void Say(LogLevel level, std::string_view text) const;

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  BucketKeeper& keeper_;
  const std::shared_ptr<Logger> logger_;

  std::mutex starting_;  // held while a job is begun; before mutex_
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // Guarded by mutex_.
  std::optional<ReshardJob> job_;
  bool ready_ = false;  // the thread may work on it
  bool stopping_ = false;
  std::thread thread_;
  bool stepping_ = false;  // the thread may read and write
  ReshardProgress progress_;
  std::uint64_t bytes_per_second_ = 0;  // of copying
  SteadyTime rate_began_;
  std::uint64_t rate_bytes_ = 0;

  std::deque<std::unique_ptr<Mirror>> mirrors_;  // of all jobs, the present one's last: who reads may hold an old one
  std::atomic<bool> cancelled_{false};           // what takes long is to end soon
  std::atomic<bool> closing_{false};             // that too, of what begins in callers' threads
  // Of the thread, and of who begins.
  bool placing_is_the_maps_ = false;  // new channels may go anywhere again
  bool sweep_began_ = false;          // maybe by whoever had the store open before
};

}  // namespace rookery::store
