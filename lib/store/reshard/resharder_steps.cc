// The phases of a reshard job, and the thread that goes through them.
#include <algorithm>
#include <system_error>
#include <vector>

#include "base/macros.h"
#include "base/text.h"
#include "routing/reshard/movement.h"
#include "store/reshard/backfill.h"
#include "store/reshard/comparison.h"
#include "store/reshard/job_entries.h"
#include "store/reshard/job_routes.h"
#include "store/reshard/resharder.h"
#include "store/reshard/sweep.h"

namespace rookery::store {
namespace {

using Phase = ReshardPhase;
using routing::ShardMap;

/// What the engine refuses now it may take after so long.
constexpr std::chrono::milliseconds kRetry{100};
constexpr double kLongestSleep = 365.0 * 24 * 3600;  // seconds
constexpr std::uint64_t kBytesBetweenLooks = std::uint64_t{1} << 20;

}  // namespace

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
      stepping_ = true;
    }
    const Status status = Step(phase);
    {
      const Lock lock(mutex_);
      stepping_ = false;
    }
    changed_.notify_all();
    if (status.ok() || status.code() == StatusCode::kInterrupted) continue;
    if (status.code() == StatusCode::kBusy) {
      Lock lock(mutex_);
      changed_.wait_for(lock, kRetry, [this] { return stopping_; });
      continue;
    }
    Pause(phase, status);
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
  Backfill backfill(&context_, &catalog_, &committer_, &mirror, &cancelled_);
  const ReshardJob job = this->job();
  const bool throttled = job.share < 1 || job.max_bytes_per_second > 0;
  // What was found in the copy alone would be there again after copying.
  if (job.copies_again && copied.rows == 0) {
    RK_TRY(Sweep(Phase::kBackfill, &Mirror::Places::after, /*resumed=*/false));
  }
  for (bool more = true; more;) {
    while (copied.shard.value < movement.gives.size() && !movement.gives[copied.shard.value]) {
      copied.shard = ShardId{copied.shard.value + 1};
    }
    if (!GoesOn(Phase::kBackfill)) return Stopped();
    const std::uint32_t copied_from = job.copied_from(copied);
    if (copied_from != mirror.copied_from()) {
      // Before the first write that it makes go to both places: whoever opens the store next must go on with that.
      RK_TRY(NoteProgress(copied));
      committer_.WhileNoneCommits([&] { mirror.SetCopiedFrom(copied_from); });
    }
    const auto some =
        backfill.CopySome(&copied, throttled ? Backfill::Length::kOneBatch : Backfill::Length::kUntilOthersWrite);
    {
      const Lock lock(mutex_);
      progress_ = copied;
    }
    if (!some) return some.error();
    NoteRate(some->bytes);
    Say(LogLevel::kDebug, "copied some");
    more = some->more;
    if (more && !Throttle(Phase::kBackfill, some->bytes, some->busy, some->least_pause)) return Stopped();
  }
  RK_TRY(Change(Phase::kBackfill, [](ReshardJob* it) { it->phase = Phase::kCompare; }));
  Say(LogLevel::kInfo, "all is copied");
  return {};
}

Status Resharder::NoteProgress(const ReshardProgress& progress) {
  const auto scratch = committer_.NewScratch();
  catalog_.PutReshardProgress(scratch->batch.get(), progress);
  return committer_.Commit(*scratch->batch, Durability::kBuffered);
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
        job->copies_again = true;
        job->paused = true;
        job->paused_reason = std::move(reason);
      },
      scratch->batch.get(),
      [&] {
        progress_ = {};
        mirror.ForgetComparisons();
      });
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
    const bool goes_on = Throttle(Phase::kCompare, /*bytes=*/0, std::chrono::steady_clock::now() - began);
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
    const auto left = job_->switched_at.value_or(Timestamp{}) + job_->keep - context_.clock->Now();
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
    RK_TRY(JobEntries(&context_, &catalog_, &committer_, mirrors_.back().get()).Revert(job));
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
  committer_.WhileNoneCommits([&mirror] { mirror.SetWriting(false); });
  Say(LogLevel::kInfo, "writes go to one place");
  // New channels may go wherever the map says.
  const ShardMap map = context_.routes->map();
  if (DirectoryOf(map) != nullptr && !std::exchange(placing_is_the_maps_, true)) {
    context_.routes.Replace(routing::Router::New(map, {.directory = context_.routes->directory()}), *context_.engine);
  }
  RK_TRY(Sweep(job.phase, loser, std::exchange(sweep_began_, true)));
  Say(LogLevel::kInfo, "swept");
  RK_TRY(JobEntries(&context_, &catalog_, &committer_, &mirror).Clean(job));
  RK_TRY(Change(
      job.phase,
      [&](ReshardJob* it) {
        it->phase = outcome;
        it->finished_at = context_.clock->Now();
      },
      /*beside=*/nullptr, [this] { context_.mirror.store(nullptr, std::memory_order_release); }));
  Say(LogLevel::kInfo, ReshardPhaseName(outcome));
  return {};
}

Status Resharder::Sweep(Phase phase, ShardId Mirror::Places::*loser, bool resumed) {
  Mirror& mirror = *mirrors_.back();
  const bool doubling = mirror.writing();
  const ReshardJob job = this->job();
  const routing::Movement movement = routing::MovementBetween(job.before, job.after);
  const std::vector<bool>& losers = loser == &Mirror::Places::before ? movement.gives : movement.takes;
  for (std::uint32_t shard = 0; shard < losers.size() && shard < context_.routes.families(); ++shard) {
    if (!losers[shard]) continue;
    const auto foreign = SomeRows::Filter::Of(mirror, [&](const routing::Part& part) {
      const auto places = mirror.FindPlaces(part);
      return places && places->moves() && (*places).*loser == ShardId{shard};
    });
    const auto pace = [&](std::chrono::nanoseconds busy) { return Throttle(phase, 0, busy); };
    RK_TRY(SweepShard(&context_, &committer_, ShardId{shard},
                      {.vacated = !doubling && shard >= context_.routes->map().shards,
                       .alone = doubling,
                       .foreign = foreign,
                       .pace = pace,
                       .resumed = resumed,
                       .cancelled = &cancelled_}));
  }
  return {};
}

void Resharder::PassWriters() {
  for (std::size_t stripe = 0; stripe < ChannelLocks::kStripes; ++stripe) {
    const std::lock_guard lock(context_.channel_locks.At(stripe));
  }
}

// --- Its pace ------------------------------------------------------------------------------------------------------

bool Resharder::GoesOnLocked(Phase phase) const { return !stopping_ && !job_->paused && job_->phase == phase; }

bool Resharder::GoesOn(Phase phase) const {
  const Lock lock(mutex_);
  return GoesOnLocked(phase);
}

bool Resharder::Throttle(Phase phase, std::uint64_t bytes, std::chrono::nanoseconds busy,
                         std::chrono::nanoseconds least) {
  Lock lock(mutex_);
  const auto seconds = std::chrono::duration<double>(busy).count();
  double wait = std::max(seconds * (1 - job_->share) / job_->share, std::chrono::duration<double>(least).count());
  if (job_->max_bytes_per_second > 0) {
    wait = std::max(wait, static_cast<double>(bytes) / static_cast<double>(job_->max_bytes_per_second) - seconds);
  }
  wait = std::min(wait, kLongestSleep);
  if (wait > 0) {
    changed_.wait_for(lock, std::chrono::duration<double>(wait), [&] { return !GoesOnLocked(phase); });
  }
  return GoesOnLocked(phase);
}

void Resharder::NoteRate(std::uint64_t bytes) {
  constexpr std::chrono::seconds kWindow{2};
  const Lock lock(mutex_);
  rate_bytes_ += bytes;
  const auto now = std::chrono::steady_clock::now();
  const auto elapsed = std::chrono::duration<double>(now - rate_began_).count();
  // Less says nothing.
  if (elapsed < 0.5) return;
  bytes_per_second_ = static_cast<std::uint64_t>(static_cast<double>(rate_bytes_) / elapsed);
  if (now - rate_began_ < kWindow) return;
  // Half of what was counts on.
  rate_began_ += (now - rate_began_) / 2;
  rate_bytes_ /= 2;
}

}  // namespace rookery::store
