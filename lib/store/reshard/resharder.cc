#include "store/reshard/resharder.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "routing/directory.h"
#include "routing/reshard/movement.h"
#include "store/reshard/backfill.h"
#include "store/reshard/channel_weights.h"
#include "store/reshard/comparison.h"
#include "store/reshard/fingerprint.h"
#include "store/reshard/sweep.h"

namespace rookery::store {
namespace {

using Phase = ReshardPhase;
using routing::DirectoryTable;
using routing::ShardMap;

/// What the engine refuses now it may take after so long.
constexpr std::chrono::milliseconds kRetry{100};
constexpr std::chrono::milliseconds kLongestSleep{1000};
constexpr std::size_t kEntriesPerBatch = 1000;
constexpr std::uint64_t kRowsBetweenLooks = 4096;
constexpr std::uint64_t kBytesBetweenLooks = std::uint64_t{1} << 20;

Status NoJob() { return {StatusCode::kNotFound, "no reshard job is under way"}; }

Status Stopped() { return {StatusCode::kInterrupted, "the reshard job was stopped"}; }

const DirectoryTable* DirectoryOf(const ShardMap& map) { return std::get_if<DirectoryTable>(&map.table); }

/// Where new channels go while a job leads from one directory to another: to shards that both maps have.
std::optional<DirectoryTable> PlacingOf(const ReshardJob& job) {
  const DirectoryTable* after = DirectoryOf(job.after);
  if (after == nullptr || DirectoryOf(job.before) == nullptr) return std::nullopt;
  DirectoryTable table = *after;
  table.weights.resize(std::min(job.before.shards, job.after.shards));
  const bool any = std::any_of(table.weights.begin(), table.weights.end(), [](std::uint32_t w) { return w > 0; });
  if (!any) std::fill(table.weights.begin(), table.weights.end(), 1);
  return table;
}

/// Of a map that is not the present one.
Result<std::shared_ptr<routing::Router>> OtherRouter(const Context& context, const Catalog& catalog,
                                                     const ReshardJob& job, const ShardMap& map) {
  if (DirectoryOf(map) == nullptr) return std::shared_ptr<routing::Router>(routing::Router::New(map));
  const auto shared = context.routes->directory();
  std::shared_ptr<routing::Router> router = routing::Router::New(map, {.directory = shared, .placing = PlacingOf(job)});
  if (shared == nullptr) RK_TRY(catalog.TeachRouter(router.get(), job.families()));
  return router;
}

}  // namespace

Status LoadRoutes(Context* context, const Catalog& catalog, const ShardMap& map, const std::optional<ReshardJob>& job) {
  const bool active = job && job->active();
  const std::uint32_t families = active ? std::max(map.shards, job->families()) : map.shards;
  for (std::uint32_t shard = 0; shard < families; ++shard) {
    const std::string name = base::ShardName(ShardId{shard});
    const auto keyspace = context->engine->FindKeyspace(name);
    // A job that was only planned may not have made its shards yet.
    if (!keyspace && shard >= map.shards && job->phase == Phase::kPlanned) break;
    if (!keyspace) return {StatusCode::kCorruption, name + " is missing; restore the store from a copy"};
    context->routes.Add(*keyspace);
  }
  const bool limited = active && job->phase <= Phase::kSwitched;
  std::shared_ptr<routing::Router> router =
      routing::Router::New(map, {.placing = limited ? PlacingOf(*job) : std::nullopt});
  RK_TRY(catalog.TeachRouter(router.get(), families));
  context->routes.Replace(std::move(router), *context->engine);
  return {};
}

Status Resharder::Load(std::optional<ReshardJob> job) {
  job_ = std::move(job);
  if (context_.read_only) return {};
  if (!job_ || !job_->active()) return DropEmptyFamilies();
  RK_ASSIGN_OR_RETURN(progress_, catalog_.ReadReshardProgress());
  const bool went_back = context_.routes->map().epoch == job_->reverted().epoch;
  const bool doubling = (job_->phase >= Phase::kBackfill && job_->phase <= Phase::kSwitched) ||
                        (job_->phase == Phase::kRevert && !went_back);
  // Nothing was copied yet, and what leads to where is not known any more.
  if (job_->phase == Phase::kPlanned) {
    job_->phase = Phase::kRevert;
    job_->paused = false;
  }
  RK_TRY(BuildMirror(*job_));
  mirrors_.back()->SetWriting(doubling);
  mirrors_.back()->SetComplete(job_->phase == Phase::kCompare || job_->phase == Phase::kSwitched);
  return {};
}

Status Resharder::DropEmptyFamilies() {
  for (std::uint32_t shard = context_.routes.families(); shard < kMaxShards; ++shard) {
    const std::string name = base::ShardName(ShardId{shard});
    const auto keyspace = context_.engine->FindKeyspace(name);
    if (!keyspace) continue;
    const auto cursor = context_.engine->NewCursor(*keyspace, {.access = engine::Access::kSkip});
    cursor->SeekToFirst();
    if (!cursor->valid() && cursor->status().ok()) {
      RK_TRY(context_.engine->DropKeyspace(*keyspace));
    } else {
      Say(LogLevel::kWarning, name + " is not of the shard map and not empty; it is left as it is");
    }
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
  return Status(StatusCode::kBusy,
                "a reshard job is under way; see it to its end or revert it, then " + std::string(what))
      .WithRetryAfter(std::chrono::seconds{10});
}

// --- Beginning -----------------------------------------------------------------------------------------------------

Result<Resharder::Draft> Resharder::MakeDraft(const ReshardRequest& request) const {
  RK_ASSIGN_OR_RETURN(const std::vector<routing::ChannelWeight> channels, WeighChannels(context_, &keeper_));
  const ShardMap& map = context_.routes->map();
  RK_ASSIGN_OR_RETURN(routing::Target target, routing::PlanTarget(map, channels, request));
  ReshardPlan plan = routing::PlanOf(map, channels, target);
  return Draft{std::move(target), std::move(plan)};
}

Result<ReshardPlan> Resharder::Plan(const ReshardRequest& request) const {
  RK_ASSIGN_OR_RETURN(Draft draft, MakeDraft(request));
  return std::move(draft.plan);
}

Status Resharder::CheckRoom(const ReshardPlan& plan) const {
  // Copies go to the log first, and files are written anew before the old ones go.
  constexpr double kSpare = 1.5;
  std::uint64_t bytes = 0;
  for (const ShardTransfer& transfer : plan.transfers) bytes += transfer.bytes;
  const auto free = context_.engine->FreeBytes();
  const auto needed = static_cast<std::uint64_t>(static_cast<double>(bytes) * kSpare);
  if (!free || *free >= needed) return {};
  return {StatusCode::kNoSpace, "the copy needs about " + std::to_string(needed >> 20) + " MiB, and the disk has " +
                                    std::to_string(*free >> 20) + " MiB left; make room, or move less at a time"};
}

Result<ReshardPlan> Resharder::Start(const ReshardRequest& request, const ReshardOptions& options) {
  RK_TRY(options.Validate());
  RK_TRY(committer_.CheckWritable());
  const std::lock_guard starting(starting_);
  // A bulk load that is open has it: what it has routed already would not be doubled.
  const auto intake = context_.engine->NewIntake();
  if (!intake && intake.error().code() == StatusCode::kBusy) {
    return Status(StatusCode::kBusy, "a bulk load is under way; end it before shards are changed")
        .WithRetryAfter(std::chrono::seconds{1});
  }
  const base::MutexLock remaking(context_.buckets->remaking());
  RK_TRY(CheckIdle(context_, "change the shards again"));
  if (!context_.buckets->complete()) return BucketKeeper::NotComplete();
  RK_ASSIGN_OR_RETURN(Draft draft, MakeDraft(request));
  if (options.epoch && *options.epoch != draft.plan.epoch) {
    return Status(StatusCode::kConflict, "the plan was made for epoch " + std::to_string(options.epoch->value) +
                                             " of the shard map, which is at " +
                                             std::to_string(draft.plan.epoch.value) + "; plan again")
        .WithCurrentVersion(draft.plan.epoch.value);
  }
  if (!draft.plan.changes) return std::move(draft.plan);
  RK_TRY(CheckRoom(draft.plan));
  RK_TRY(MakeFamilies(draft.target.map.shards));

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
  RK_TRY(MoveEntries(target));
  Say(LogLevel::kInfo, "entries are written");
  committer_.SetDoubling(true);
  Say(LogLevel::kInfo, "writes go to both places");
  return {};
}

Status Resharder::MakeFamilies(std::uint32_t families) {
  std::vector<std::string> missing;
  for (std::uint32_t shard = context_.routes.families(); shard < families; ++shard) {
    const std::string name = base::ShardName(ShardId{shard});
    if (!context_.engine->FindKeyspace(name)) missing.push_back(name);
  }
  if (!missing.empty()) RK_TRY(context_.engine->CreateKeyspaces(missing));
  for (std::uint32_t shard = context_.routes.families(); shard < families; ++shard) {
    context_.routes.Add(*context_.engine->FindKeyspace(base::ShardName(ShardId{shard})));
  }
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
  mirrors_.push_back(std::make_unique<Mirror>(context_.routes, catalog_, std::move(before), std::move(after)));
  context_.mirror.store(mirrors_.back().get(), std::memory_order_release);
  return {};
}

Status Resharder::MoveEntries(const routing::Target& target) {
  const std::shared_ptr<routing::Directory> after = mirrors_.back()->after()->directory();
  if (after == nullptr) return {};
  const ShardMap& old_map = mirrors_.back()->before().map();
  const DirectoryTable* old_table = DirectoryOf(old_map);
  const Epoch epoch = target.map.epoch;
  const auto scratch = committer_.NewScratch();
  const auto commit_some = [&](std::size_t least) -> Status {
    if (scratch->batch->count() < least) return {};
    RK_TRY(committer_.Commit(*scratch->batch, Durability::kBuffered));
    scratch->batch->Clear();
    return {};
  };
  const auto move = [&](std::string_view channel, ShardId from, ShardId to) {
    after->Move(channel, {epoch, to});
    catalog_.PutDirectoryRow(scratch->batch.get(), channel, {.shard = from, .moves = {{epoch, to}}});
    return commit_some(kEntriesPerBatch);
  };
  for (const auto& [channel, shard] : target.entries) {
    const auto from = old_table == nullptr ? std::nullopt : after->Find(channel, old_map.epoch);
    if (from) {
      RK_TRY(move(channel, from->shard, shard));
      continue;
    }
    after->Learn(channel, shard);
    catalog_.PutDirectoryEntry(scratch->batch.get(), channel, shard);
    RK_TRY(commit_some(kEntriesPerBatch));
  }
  if (old_table != nullptr) {
    // Channels that hold nothing are in no plan, and some may lose their shard.
    const auto& weights = std::get<DirectoryTable>(target.map.table).weights;
    const auto homeless = [&](ShardId shard) {
      return shard.value >= weights.size() || (weights[shard.value] == 0 && old_table->weights[shard.value] > 0);
    };
    const DirectoryTable placing = *PlacingOf(job());
    Status status;
    after->VisitNames([&](const std::vector<std::string>& channels) {
      for (const std::string& channel : channels) {
        const auto entry = after->Find(channel, epoch);
        if (!status.ok() || !entry || !homeless(entry->shard)) continue;
        if (entry->stored) {
          status = move(channel, entry->shard, after->WouldPlace(channel, placing).shard);
        } else {
          after->Forget(channel);
        }
      }
    });
    RK_TRY(std::move(status));
  }
  return commit_some(1);
}

// --- Commands ------------------------------------------------------------------------------------------------------

ReshardJob Resharder::job() const {
  const Lock lock(mutex_);
  return *job_;
}

std::optional<ReshardStatus> Resharder::status() const {
  const Lock lock(mutex_);
  if (!job_) return std::nullopt;
  ReshardStatus status{.phase = job_->phase,
                       .paused = job_->paused,
                       .paused_reason = job_->paused_reason,
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
  if (job_->phase == Phase::kBackfill && !job_->paused) status.bytes_per_second = bytes_per_second_;
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
    ReshardJob next = *job_;
    RK_TRY(change(&next));
    RK_TRY(StoreLocked(next, nullptr));
    job_ = std::move(next);
    cancelled_.store(true);
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
    job->paused = false;
    job->paused_reason.clear();
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
    if (!job_ || !job_->active() || job_->paused || stopping_) return true;
    return job_->phase == Phase::kSwitched && context_.clock->Now() < *job_->switched_at + job_->keep;
  };
  if (changed_.wait_for(lock, timeout, rests)) return {};
  return Status(StatusCode::kBusy, "the reshard job is still under way").WithRetryAfter(kLongestSleep);
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
  const Mirror* mirror = context_.mirror.load(std::memory_order_acquire);
  const auto snapshot = context_.NewSnapshot();
  if (mirror != nullptr && !mirror->complete()) mirror = nullptr;
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

// --- The thread ----------------------------------------------------------------------------------------------------

void Resharder::StartThread() {
  if (thread_.joinable() || stopping_) return;
  try {
    thread_ = std::thread([this] { Work(); });
  } catch (const std::system_error& error) {
    job_->paused = true;
    job_->paused_reason = std::string("no thread could be made for it: ") + error.what();
  }
}

void Resharder::Work() {
  for (;;) {
    Phase phase{};
    {
      Lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || (ready_ && job_ && job_->active() && !job_->paused); });
      if (stopping_) return;
      phase = job_->phase;
      cancelled_.store(false);
    }
    const Status status = Step(phase);
    changed_.notify_all();
    if (status.ok() || status.code() == StatusCode::kInterrupted) continue;
    if (status.code() == StatusCode::kBusy) {
      Lock lock(mutex_);
      changed_.wait_for(lock, kRetry, [this] { return stopping_; });
      continue;
    }
    Pause(status);
  }
}

Status Resharder::Step(Phase phase) {
  switch (phase) {
    case Phase::kBackfill:
      return StepBackfill();
    case Phase::kCompare:
      return StepCompare();
    case Phase::kSwitched:
      return StepSwitched();
    case Phase::kDrop:
      return StepDrop();
    case Phase::kRevert:
      return StepRevert();
    case Phase::kPlanned:
    case Phase::kDone:
    case Phase::kReverted:
      break;
  }
  return {};
}

Status Resharder::StepBackfill() {
  Mirror& mirror = *mirrors_.back();
  const routing::Movement movement = routing::MovementBetween(mirror.before().map(), mirror.after()->map());
  ReshardProgress copied;
  {
    const Lock lock(mutex_);
    copied = progress_;
    rate_began_ = std::chrono::steady_clock::now();
    rate_bytes_ = 0;
    bytes_per_second_ = 0;
  }
  Backfill backfill(&context_, &catalog_, &committer_, &mirror);
  const auto pace = [&](std::uint64_t bytes, std::chrono::nanoseconds busy) {
    NoteRate(bytes);
    Say(LogLevel::kDebug, "copied some");
    return Throttle(Phase::kBackfill, bytes, busy);
  };
  for (bool more = true; more;) {
    while (copied.shard.value < movement.gives.size() && !movement.gives[copied.shard.value]) {
      copied.shard = ShardId{copied.shard.value + 1};
    }
    if (!GoesOn(Phase::kBackfill)) return Stopped();
    const auto some = backfill.CopySome(&copied, pace);
    {
      const Lock lock(mutex_);
      progress_ = copied;
    }
    if (!some) return some.error();
    more = *some;
  }
  RK_TRY(Change(Phase::kBackfill, [](ReshardJob* job) { job->phase = Phase::kCompare; }));
  Say(LogLevel::kInfo, "all is copied");
  return {};
}

Status Resharder::CopyAgain(std::string reason) {
  Mirror& mirror = *mirrors_.back();
  mirror.SetComplete(false);
  Say(LogLevel::kError, reason);
  const auto scratch = committer_.NewScratch();
  catalog_.DeleteReshardProgress(scratch->batch.get());
  return Change(
      Phase::kCompare,
      [&](ReshardJob* job) {
        job->phase = Phase::kBackfill;
        job->paused = true;
        job->paused_reason = std::move(reason);
      },
      scratch->batch.get(), [this] { progress_ = {}; });
}

Status Resharder::StepCompare() {
  Mirror& mirror = *mirrors_.back();
  mirror.SetComplete(true);
  const auto snapshot = context_.NewSnapshot();
  std::uint64_t bytes = 0;
  auto began = std::chrono::steady_clock::now();
  const RowStep step = [&](std::size_t row) {
    bytes += row;
    if (bytes < kBytesBetweenLooks) return true;
    const bool goes_on = Throttle(Phase::kCompare, bytes, std::chrono::steady_clock::now() - began);
    bytes = 0;
    began = std::chrono::steady_clock::now();
    return goes_on;
  };
  RK_ASSIGN_OR_RETURN(const auto moves, ComparePlaces(context_, mirror, *snapshot, step));
  for (const ReshardComparison& move : moves) {
    if (move.source == move.copy) continue;
    RK_ASSIGN_OR_RETURN(std::string difference, FirstDifference(context_, mirror, *snapshot, move.from, move.to));
    return CopyAgain(difference + " (from " + base::ShardName(move.from) + " to " + base::ShardName(move.to) +
                     "); resume the job to copy all again, or revert it");
  }
  if (mirror.reads_differing() > 0) {
    return CopyAgain(std::to_string(mirror.reads_differing()) +
                     " reads were not the same in both places; resume the job to copy all again, or revert it");
  }
  Say(LogLevel::kInfo, "both places are the same");
  RK_TRY(Flip(Phase::kCompare, mirror.after(), [this](ReshardJob* job) {
    job->phase = Phase::kSwitched;
    job->switched_at = context_.clock->Now();
  }));
  Say(LogLevel::kInfo, "switched");
  return {};
}

Status Resharder::StepSwitched() {
  {
    Lock lock(mutex_);
    if (!GoesOnLocked(Phase::kSwitched)) return Stopped();
    const auto left = *job_->switched_at + job_->keep - context_.clock->Now();
    if (left.count() > 0) {
      changed_.wait_for(lock, std::min<std::chrono::milliseconds>(left, kRetry),
                        [this] { return !GoesOnLocked(Phase::kSwitched); });
      return {};
    }
  }
  return Change(Phase::kSwitched, [](ReshardJob* job) { job->phase = Phase::kDrop; });
}

Status Resharder::StepDrop() {
  Say(LogLevel::kInfo, "the old place is removed");
  return Settle(&Mirror::Places::before, Phase::kDone);
}

Status Resharder::StepRevert() {
  const ReshardJob job = this->job();
  const ShardMap map = job.reverted();
  if (context_.routes->map().epoch != map.epoch) {
    Say(LogLevel::kInfo, "going back");
    RK_TRY(RevertEntries(job));
    RK_TRY(Flip(Phase::kRevert, routing::Router::New(map, {.directory = mirrors_.back()->before().directory()}),
                [](ReshardJob* it) { it->phase = Phase::kRevert; }));
    Say(LogLevel::kInfo, "went back");
  }
  return Settle(&Mirror::Places::after, Phase::kReverted);
}

Status Resharder::Settle(ShardId Mirror::Places::*loser, Phase outcome) {
  Mirror& mirror = *mirrors_.back();
  const ReshardJob job = this->job();
  mirror.SetComplete(false);
  PassWriters();
  committer_.SetDoubling(false);
  Say(LogLevel::kInfo, "writes go to one place");
  // New channels may go wherever the map says.
  const ShardMap map = context_.routes->map();
  if (DirectoryOf(map) != nullptr) {
    context_.routes.Replace(routing::Router::New(map, {.directory = context_.routes->directory()}), *context_.engine);
  }
  const routing::Movement movement = routing::MovementBetween(job.before, job.after);
  const std::vector<bool>& losers = loser == &Mirror::Places::before ? movement.gives : movement.takes;
  for (std::uint32_t shard = 0; shard < losers.size() && shard < context_.routes.families(); ++shard) {
    if (!losers[shard]) continue;
    const auto foreign = [&](std::string_view channel) {
      const auto places = mirror.FindPlaces(channel);
      return places && places->moves() && (*places).*loser == ShardId{shard};
    };
    const auto pace = [&](std::chrono::nanoseconds busy) { return Throttle(job.phase, 0, busy); };
    RK_TRY(SweepShard(&context_, &committer_, ShardId{shard},
                      {.foreign = foreign, .pace = pace, .cancelled = &cancelled_}));
  }
  Say(LogLevel::kInfo, "swept");
  RK_TRY(CleanEntries(job));
  const auto scratch = committer_.NewScratch();
  catalog_.DeleteReshardProgress(scratch->batch.get());
  RK_TRY(Change(
      job.phase,
      [&](ReshardJob* it) {
        it->phase = outcome;
        it->finished_at = context_.clock->Now();
      },
      scratch->batch.get(), [this] { context_.mirror.store(nullptr, std::memory_order_release); }));
  Say(LogLevel::kInfo, ReshardPhaseName(outcome));
  return {};
}

Status Resharder::RevertEntries(const ReshardJob& job) {
  if (DirectoryOf(job.before) == nullptr || DirectoryOf(job.after) == nullptr) return {};
  const auto directory = mirrors_.back()->before().directory();
  const Epoch back = job.reverted().epoch;
  const auto scratch = committer_.NewScratch();
  Status status;
  directory->VisitNames([&](const std::vector<std::string>& channels) {
    for (const std::string& channel : channels) {
      const auto before = directory->Find(channel, job.before.epoch);
      const auto after = directory->Find(channel, job.after.epoch);
      if (!status.ok() || !before || !after || before->shard == after->shard) continue;
      directory->Move(channel, {back, before->shard});
      catalog_.PutDirectoryRow(
          scratch->batch.get(), channel,
          {.shard = before->shard, .moves = {{job.after.epoch, after->shard}, {back, before->shard}}});
      if (scratch->batch->count() < kEntriesPerBatch) continue;
      status = committer_.Commit(*scratch->batch, Durability::kBuffered);
      scratch->batch->Clear();
    }
  });
  RK_TRY(std::move(status));
  return scratch->batch->count() == 0 ? Status() : committer_.Commit(*scratch->batch, Durability::kBuffered);
}

Status Resharder::CleanEntries(const ReshardJob& job) {
  if (DirectoryOf(job.before) == nullptr && DirectoryOf(job.after) == nullptr) return {};
  const auto scratch = committer_.NewScratch();
  const auto directory = context_.routes->directory();
  if (directory == nullptr) {
    catalog_.DeleteDirectory(scratch->batch.get());
    return committer_.Commit(*scratch->batch, Durability::kBuffered);
  }
  Status status;
  directory->VisitNames([&](const std::vector<std::string>& channels) {
    for (const std::string& channel : channels) {
      const auto places = mirrors_.back()->FindPlaces(channel);
      if (!status.ok() || !places || !places->moves()) continue;
      const auto entry = directory->Find(channel, context_.routes->map().epoch);
      catalog_.PutDirectoryEntry(scratch->batch.get(), channel, entry->shard);
      if (scratch->batch->count() < kEntriesPerBatch) continue;
      status = committer_.Commit(*scratch->batch, Durability::kBuffered);
      scratch->batch->Clear();
    }
  });
  RK_TRY(std::move(status));
  return scratch->batch->count() == 0 ? Status() : committer_.Commit(*scratch->batch, Durability::kBuffered);
}

void Resharder::PassWriters() {
  for (std::size_t stripe = 0; stripe < ChannelLocks::kStripes; ++stripe) {
    const std::lock_guard lock(context_.channel_locks.At(stripe));
  }
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
  if (job_->phase != phase) return Stopped();
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

void Resharder::Pause(const Status& cause) {
  Say(LogLevel::kError, cause.ToString());
  {
    const Lock lock(mutex_);
    job_->paused = true;
    job_->paused_reason = cause.ToString();
    // It may be the disk that is at fault; then the job goes on when the store is opened again.
    static_cast<void>(StoreLocked(*job_, nullptr));
  }
  changed_.notify_all();
}

bool Resharder::GoesOnLocked(Phase phase) const { return !stopping_ && !job_->paused && job_->phase == phase; }

bool Resharder::GoesOn(Phase phase) const {
  const Lock lock(mutex_);
  return GoesOnLocked(phase);
}

bool Resharder::Throttle(Phase phase, std::uint64_t bytes, std::chrono::nanoseconds busy) {
  Lock lock(mutex_);
  const auto seconds = std::chrono::duration<double>(busy).count();
  double wait = seconds * (1 - job_->share) / job_->share;
  if (job_->max_bytes_per_second > 0) {
    wait = std::max(wait, static_cast<double>(bytes) / static_cast<double>(job_->max_bytes_per_second) - seconds);
  }
  if (wait > 0) {
    changed_.wait_for(lock, std::chrono::duration<double>(wait), [&] { return !GoesOnLocked(phase); });
  }
  return GoesOnLocked(phase);
}

void Resharder::NoteRate(std::uint64_t bytes) {
  constexpr std::chrono::seconds kWindow{2};
  const Lock lock(mutex_);
  progress_.bytes += bytes;
  rate_bytes_ += bytes;
  const auto now = std::chrono::steady_clock::now();
  const auto elapsed = std::chrono::duration<double>(now - rate_began_).count();
  if (elapsed <= 0) return;
  bytes_per_second_ = static_cast<std::uint64_t>(static_cast<double>(rate_bytes_) / elapsed);
  if (now - rate_began_ < kWindow) return;
  // Half of what was counts on.
  rate_began_ += (now - rate_began_) / 2;
  rate_bytes_ /= 2;
}

void Resharder::Say(LogLevel level, std::string_view text) const {
  if (logger_) logger_->Log(level, "reshard", text);
}

}  // namespace rookery::store
