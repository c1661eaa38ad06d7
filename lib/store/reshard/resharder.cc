#include "store/reshard/resharder.h"

#include <algorithm>
#include <vector>

#include "base/macros.h"
#include "store/reshard/channel_weights.h"
#include "store/reshard/comparison.h"
#include "store/reshard/fingerprint.h"
#include "store/reshard/job_entries.h"
#include "store/reshard/job_routes.h"

namespace rookery::store {
namespace {

using Phase = ReshardPhase;
using routing::ShardMap;

constexpr std::chrono::milliseconds kRetryAfter{1000};
constexpr std::chrono::milliseconds kLongestWait = std::chrono::days{365};
constexpr std::uint64_t kRowsBetweenLooks = 4096;

Status NoJob() { return {StatusCode::kNotFound, "no reshard job is under way"}; }

}  // namespace

Status Resharder::Load(std::optional<ReshardJob> job) {
  job_ = std::move(job);
  if (job_) {
    RK_ASSIGN_OR_RETURN(progress_, catalog_.ReadReshardProgress());
  }
  if (!job_ || !job_->active()) return context_.read_only ? Status() : DropFamilies();
  const bool went_back = context_.routes->map().epoch == job_->reverted().epoch;
  const bool doubling = (job_->phase >= Phase::kBackfill && job_->phase <= Phase::kSwitched) ||
                        (job_->phase == Phase::kRevert && !went_back);
  sweep_began_ = job_->phase == Phase::kDrop || job_->phase == Phase::kRevert;
  // Nothing was copied yet, and what leads to where is not known any more.
  if (job_->phase == Phase::kPlanned && !context_.read_only) {
    job_->phase = Phase::kRevert;
    job_->paused = false;
    job_->paused_reason = "it was cut short before anything was copied; begin it again";
  }
  RK_TRY(BuildMirror(*job_));
  mirrors_.back()->SetWriting(doubling);
  if (job_->phase == Phase::kBackfill) mirrors_.back()->SetCopiedFrom(job_->copied_from(progress_));
  mirrors_.back()->SetComplete(job_->phase == Phase::kCompare || job_->phase == Phase::kSwitched);
  return {};
}

Status Resharder::DropFamilies() {
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> kept, DropEmptyFamilies(&context_));
  for (const std::string& name : kept) {
    Say(LogLevel::kWarning, name + " is not of the shard map and not empty; it is left as it is");
  }
  return {};
}

void Resharder::Begin() {
  const Lock lock(mutex_);
  if (!job_ || !job_->active() || context_.read_only) return;
  ready_ = true;
  StartThread();
}

void Resharder::Stop() {
  closing_.store(true);
  {
    const Lock lock(mutex_);
    stopping_ = true;
    cancelled_.store(true);
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status Resharder::CheckIdle(const Context& context, std::string_view what) {
  if (context.mirror.load(std::memory_order_acquire) == nullptr) return {};
  return {StatusCode::kBusy, "a reshard job is under way; see it to its end or revert it, then " + std::string(what)};
}

// --- Beginning -----------------------------------------------------------------------------------------------------

Result<Resharder::Weighing> Resharder::Weigh(const ByBucket& by_bucket) const {
  const routing::Router* router = nullptr;
  Weighing weighing;
  while (router != &context_.routes.current()) {
    router = &context_.routes.current();
    RK_ASSIGN_OR_RETURN(weighing.channels, WeighChannels(context_, &keeper_, by_bucket, closing_));
  }
  weighing.map = &router->map();
  return weighing;
}

Result<Resharder::Draft> Resharder::MakeDraft(const ReshardRequest& request) const {
  const auto* spread = std::get_if<SpreadChannel>(&request);
  RK_ASSIGN_OR_RETURN(const Weighing weighing, Weigh({.channel = spread ? std::string_view(spread->channel) : ""}));
  RK_ASSIGN_OR_RETURN(routing::Target target,
                      routing::PlanTarget(*weighing.map, weighing.channels, request, context_.buckets->rule().width()));
  ReshardPlan plan = routing::PlanOf(*weighing.map, weighing.channels, target);
  return Draft{std::move(target), std::move(plan)};
}

Result<ReshardPlan> Resharder::Plan(const ReshardRequest& request) const {
  RK_ASSIGN_OR_RETURN(Draft draft, MakeDraft(request));
  return std::move(draft.plan);
}

Status Resharder::CheckRoom(const ReshardPlan& plan) const {
  // Copies go to the log first, and files are written anew before the old ones go.
  constexpr double kSpare = 1.5;
  double bytes = 0;
  for (const ShardTransfer& transfer : plan.transfers) {
    // What channels hold besides messages goes with them: about as much as is their part of the shard.
    const double disk = static_cast<double>(context_.engine->SizeOf(context_.KeyspaceOf(transfer.from)).disk_bytes);
    const double all = static_cast<double>(plan.bytes_before[transfer.from.value]);
    const auto messages = static_cast<double>(transfer.bytes);
    bytes += all > 0 ? std::max(messages, disk * messages / all) : messages;
  }
  const auto free = context_.FreeBytes();
  const auto needed = static_cast<std::uint64_t>(bytes * kSpare);
  if (!free || *free >= needed) return {};
  const std::string whose = context_.quota_bytes > 0 ? "disk or the cell's quota" : "disk";
  return {StatusCode::kNoSpace, "the copy needs about " + std::to_string(needed >> 20) + " MiB, and the " + whose +
                                    " has " + std::to_string(*free >> 20) +
                                    " MiB left; make room, or move less at a time"};
}

Result<ReshardPlan> Resharder::Start(const ReshardRequest& request, const ReshardOptions& options) {
  RK_TRY(options.Validate());
  RK_TRY(committer_.CheckWritable());
  const std::lock_guard starting(starting_);
  // A bulk load that is open has it: what it has routed already would not be doubled.
  const auto intake = context_.engine->NewIntake();
  if (!intake && intake.error().code() != StatusCode::kUnsupported) {
    if (intake.error().code() != StatusCode::kBusy) return intake.error();
    return Status(StatusCode::kBusy, "a bulk load is under way; end it before shards are changed")
        .WithRetryAfter(std::chrono::seconds{1});
  }
  const base::MutexLock remaking(context_.buckets->remaking());
  RK_TRY(CheckIdle(context_, "change the shards again"));
  if (!context_.buckets->complete()) return context_.buckets->NotComplete();
  RK_ASSIGN_OR_RETURN(Draft draft, MakeDraft(request));
  if (options.epoch && *options.epoch != draft.plan.epoch) {
    return Status(StatusCode::kConflict, "the plan was made for epoch " + std::to_string(options.epoch->value) +
                                             " of the shard map, which is at " +
                                             std::to_string(draft.plan.epoch.value) + "; plan again")
        .WithCurrentVersion(draft.plan.epoch.value);
  }
  if (!draft.plan.changes) return std::move(draft.plan);
  RK_TRY(CheckRoom(draft.plan));
  RK_TRY(MakeFamilies(&context_, draft.target.map.shards));

  ReshardJob job{.request = InWords(request),
                 .before = context_.routes->map(),
                 .after = draft.target.map,
                 .keep = options.keep,
                 .share = options.share,
                 .max_bytes_per_second = options.max_bytes_per_second,
                 .started_at = context_.clock->Now()};
  for (const ShardTransfer& transfer : draft.plan.transfers) job.bytes_total += transfer.bytes;
  {
    const Lock lock(mutex_);
    const auto scratch = committer_.NewScratch();
    catalog_.DeleteReshardProgress(scratch->batch.get());
    RK_TRY(StoreLocked(job, scratch->batch.get()));
    job_ = job;
    progress_ = {};
    ready_ = false;
    placing_is_the_maps_ = false;
    sweep_began_ = false;
  }
  Say(LogLevel::kInfo, "planned: " + job.request);
  Status prepared = Prepare(draft.target);
  if (prepared.ok()) prepared = Change(Phase::kPlanned, [](ReshardJob* it) { it->phase = Phase::kBackfill; });
  {
    const Lock lock(mutex_);
    if (!prepared.ok()) {
      job_->phase = Phase::kRevert;
      job_->paused_reason = prepared.ToString();
      // Without a mirror it cannot be undone before the store is opened again.
      job_->paused = context_.mirror.load() == nullptr;
    }
    ready_ = true;
    StartThread();
  }
  changed_.notify_all();
  if (!prepared.ok()) return prepared;
  return std::move(draft.plan);
}

Status Resharder::Prepare(const routing::Target& target) {
  const ReshardJob job = this->job();
  if (const auto placing = PlacingOf(job)) {
    context_.routes.Replace(
        routing::Router::New(job.before, {.directory = context_.routes->directory(), .placing = placing}),
        *context_.engine);
    PassWriters();
  }
  RK_TRY(BuildMirror(job));
  RK_TRY(JobEntries(&context_, &catalog_, &committer_, mirrors_.back().get()).Move(job, target.entries));
  Say(LogLevel::kInfo, "entries are written");
  mirrors_.back()->SetCopiedFrom(0);
  committer_.WhileNoneCommits([this] { mirrors_.back()->SetWriting(true); });
  Say(LogLevel::kInfo, "writes go to both places");
  return {};
}

Status Resharder::BuildMirror(const ReshardJob& job) {
  const auto present = context_.routes.share();
  std::shared_ptr<routing::Router> before = present;
  std::shared_ptr<routing::Router> after = present;
  if (present->map().epoch == job.after.epoch) {
    RK_ASSIGN_OR_RETURN(before, OtherRouter(context_, catalog_, job, job.before));
  } else {
    RK_ASSIGN_OR_RETURN(after, OtherRouter(context_, catalog_, job, job.after));
  }
  const Lock lock(mutex_);
  mirrors_.push_back(std::make_unique<Mirror>(context_.routes, catalog_, context_.buckets->rule(), std::move(before),
                                              std::move(after)));
  context_.mirror.store(mirrors_.back().get(), std::memory_order_release);
  return {};
}

// --- Commands ------------------------------------------------------------------------------------------------------

ReshardJob Resharder::job() const {
  const Lock lock(mutex_);
  return *job_;
}

bool Resharder::WorksLocked() const { return ready_ && !stopping_ && job_ && job_->active() && !job_->paused; }

std::optional<ReshardStatus> Resharder::status() const {
  const Lock lock(mutex_);
  if (!job_) return std::nullopt;
  ReshardStatus status{.phase = job_->phase,
                       .paused = job_->paused,
                       .paused_reason = job_->paused_reason,
                       .working = WorksLocked(),
                       .request = job_->request,
                       .epoch = job_->after.epoch,
                       .strategy_before = std::string(job_->before.strategy()),
                       .strategy_after = std::string(job_->after.strategy()),
                       .shards_before = job_->before.shards,
                       .shards_after = job_->after.shards,
                       .bytes_total = std::max(job_->bytes_total, progress_.bytes),
                       .bytes_copied = progress_.bytes,
                       .rows_copied = progress_.rows,
                       .started_at = job_->started_at,
                       .switched_at = job_->switched_at,
                       .finished_at = job_->finished_at};
  if (job_->phase == Phase::kBackfill && status.working) status.bytes_per_second = bytes_per_second_;
  if (status.bytes_per_second > 0) {
    status.time_left = std::chrono::seconds{(status.bytes_total - status.bytes_copied) / status.bytes_per_second};
  }
  if (job_->phase == Phase::kSwitched && job_->switched_at) status.drop_at = *job_->switched_at + job_->keep;
  if (!mirrors_.empty()) {
    status.reads_compared = mirrors_.back()->reads_compared();
    status.reads_differing = mirrors_.back()->reads_differing();
  }
  return status;
}

Status Resharder::Command(const std::function<Status(ReshardJob*)>& change) {
  RK_TRY(committer_.CheckWritable());
  const std::lock_guard starting(starting_);
  {
    const Lock lock(mutex_);
    if (!job_ || !job_->active()) return NoJob();
    if (context_.mirror.load() == nullptr) {
      return {StatusCode::kUnavailable, "the job could not be begun, and is undone when the store is next opened"};
    }
    ReshardJob next = *job_;
    RK_TRY(change(&next));
    RK_TRY(StoreLocked(next, nullptr));
    // What goes on as it was need not be interrupted.
    if (next.phase != job_->phase || next.paused != job_->paused) cancelled_.store(true);
    job_ = std::move(next);
    ready_ = true;
    if (!job_->paused) StartThread();
  }
  changed_.notify_all();
  return {};
}

Status Resharder::PauseJob() {
  return Command([](ReshardJob* job) {
    job->paused = true;
    return Status();
  });
}

Status Resharder::ResumeJob() {
  return Command([](ReshardJob* job) {
    if (std::exchange(job->paused, false)) job->paused_reason.clear();
    return Status();
  });
}

Status Resharder::RevertJob() {
  return Command([](ReshardJob* job) -> Status {
    if (job->phase == Phase::kDrop) {
      return {StatusCode::kInvalidArgument,
              "the job removes the old place already; to go back, change the shards once more when it is done"};
    }
    job->phase = Phase::kRevert;
    job->paused = false;
    job->paused_reason.clear();
    return {};
  });
}

Status Resharder::Await(std::chrono::milliseconds timeout) const {
  Lock lock(mutex_);
  const auto rests = [this] {
    if (!WorksLocked()) return !stepping_;
    return job_->phase == Phase::kSwitched &&
           context_.clock->Now() < job_->switched_at.value_or(Timestamp{}) + job_->keep;
  };
  if (changed_.wait_for(lock, std::min(timeout, kLongestWait), rests)) return {};
  return Status(StatusCode::kBusy, "the reshard job is still under way").WithRetryAfter(kRetryAfter);
}

Result<ReshardProof> Resharder::Verify(const std::function<bool(std::uint64_t, std::uint64_t)>& progress) const {
  std::uint64_t total = 0;
  for (const engine::KeyspaceId keyspace : context_.routes.keyspaces()) {
    total += context_.engine->SizeOf(keyspace).estimated_rows;
  }
  std::uint64_t done = 0;
  const RowStep step = [&](std::size_t) {
    return ++done % kRowsBetweenLooks != 0 || !progress || progress(done, std::max(total, done));
  };
  // Before the snapshot: what is complete by now is so in it.
  const Mirror* mirror = context_.mirror.load(std::memory_order_acquire);
  if (mirror != nullptr && !mirror->complete()) mirror = nullptr;
  const auto snapshot = context_.NewSnapshot();
  ReshardProof proof;
  RK_ASSIGN_OR_RETURN(proof.shards, PrintShards(context_, *snapshot, step));
  for (const Fingerprint& print : proof.shards) Add(print, &proof.store);
  if (mirror == nullptr) return proof;
  total *= 2;
  RK_ASSIGN_OR_RETURN(proof.moves, ComparePlaces(context_, *mirror, *snapshot, step));
  for (const ReshardComparison& move : proof.moves) {
    if (move.source == move.copy || !proof.difference.empty()) continue;
    RK_ASSIGN_OR_RETURN(proof.difference, FirstDifference(context_, *mirror, *snapshot, move.from, move.to));
  }
  if (mirror->complete()) return proof;
  // The job has come to drop one of the two places meanwhile.
  proof.moves.clear();
  proof.difference.clear();
  return proof;
}

// --- The job's row -------------------------------------------------------------------------------------------------

Status Resharder::StoreLocked(const ReshardJob& job, engine::Batch* beside) {
  const auto scratch = committer_.NewScratch();
  engine::Batch& batch = beside != nullptr ? *beside : *scratch->batch;
  catalog_.PutReshardJob(&batch, job);
  return committer_.Commit(batch, Durability::kSync);
}

Status Resharder::Change(Phase phase, const std::function<void(ReshardJob*)>& change, engine::Batch* beside,
                         const std::function<void()>& then) {
  const Lock lock(mutex_);
  if (job_->phase != phase || job_->paused) return Stopped();
  ReshardJob next = *job_;
  change(&next);
  RK_TRY(StoreLocked(next, beside));
  then();
  job_ = std::move(next);
  return {};
}

Status Resharder::Flip(Phase phase, std::shared_ptr<routing::Router> router,
                       const std::function<void(ReshardJob*)>& change) {
  const auto scratch = committer_.NewScratch();
  catalog_.PutShardMap(scratch->batch.get(), router->map());
  // Both places are the same now and for some time yet, so it does not matter when who notices.
  return Change(phase, change, scratch->batch.get(),
                [&] { context_.routes.Replace(std::move(router), *context_.engine); });
}

void Resharder::Pause(Phase phase, const Status& cause) {
  Say(LogLevel::kError, cause.ToString());
  {
    const Lock lock(mutex_);
    if (job_->phase != phase) return;  // it was sent elsewhere meanwhile
    job_->paused = true;
    job_->paused_reason = cause.ToString();
    // It may be the disk that is at fault; then the job goes on when the store is opened again.
    static_cast<void>(StoreLocked(*job_, nullptr));
  }
  changed_.notify_all();
}

void Resharder::Say(LogLevel level, std::string_view text) const {
  if (logger_) logger_->Log(level, "reshard", text);
}

}  // namespace rookery::store
