#include "store/reshard/autopilot.h"

#include <optional>
#include <system_error>

#include "base/macros.h"
#include "store/reshard/job.h"

namespace rookery::store {
namespace {

/// What was written in less time says nothing of a second.
constexpr std::chrono::milliseconds kLeastToMeasure{1000};

/// A channel of less than this part of a shard is not worth spreading.
constexpr std::uint64_t kSmallPart = 32;

Status NotWhileBusy(const Context& context) { return Resharder::CheckIdle(context, "autopilot goes on"); }

/// What may be otherwise at the next look.
bool Passes(const Status& status) {
  return status.code() == StatusCode::kBusy || status.code() == StatusCode::kConflict ||
         status.code() == StatusCode::kInterrupted;
}

}  // namespace

Status Autopilot::Load() {
  const Lock lock(mutex_);
  RK_ASSIGN_OR_RETURN(row_, catalog_.ReadAutopilotRow());
  written_.resize(kMaxShards);
  looked_at_ = context_.clock->Now();
  return {};
}

void Autopilot::Start(const AutopilotOptions& options) {
  try {
    thread_ = std::thread([this, options] { Work(options); });
  } catch (const std::system_error& error) {
    Pause(std::string("no thread could be made for it: ") + error.what());
  }
}

void Autopilot::Stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// --- The thread ------------------------------------------------------------------------------------------------------

void Autopilot::Work(const AutopilotOptions& options) {
  Lock lock(mutex_);
  while (!wake_.wait_for(lock, options.interval, [this] { return stopping_; })) {
    lock.unlock();
    const Status looked = LookOnce(options);
    if (!looked.ok() && !Passes(looked)) return Pause(looked.ToString());
    lock.lock();
  }
}

Status Autopilot::LookOnce(const AutopilotOptions& options) {
  NoteLoads();
  RK_TRY(Settle());
  RK_TRY(NotWhileBusy(context_));
  if (!routing::Obstacle(options, Past()).empty()) return {};
  return Run(options).status();
}

void Autopilot::Pause(std::string reason) {
  Say(LogLevel::kWarning, "paused: " + reason);
  const Lock lock(mutex_);
  paused_reason_ = std::move(reason);
}

// --- Deciding --------------------------------------------------------------------------------------------------------

Result<AutopilotPlan> Autopilot::Plan(const AutopilotOptions& options) const {
  RK_TRY(options.Validate());
  RK_ASSIGN_OR_RETURN(const Resharder::Weighing weighing,
                      resharder_.Weigh({.from_bytes = options.target_bytes / kSmallPart}));
  std::vector<std::uint64_t> loads;
  {
    const Lock lock(mutex_);
    loads = LoadsLocked();
  }
  AutopilotPlan plan = routing::Decide(options, *weighing.map, weighing.channels, loads, Past());
  plan.request_words = plan.request ? InWords(*plan.request) : "none";
  if (const Status idle = NotWhileBusy(context_); plan.request && !idle.ok()) plan.held_back = idle.message();
  return plan;
}

Result<AutopilotPlan> Autopilot::Run(const AutopilotOptions& options) {
  RK_TRY(committer_.CheckWritable());
  RK_ASSIGN_OR_RETURN(AutopilotPlan plan, Plan(options));
  if (plan.request && plan.held_back.empty()) RK_TRY(Begin(options, plan));
  return plan;
}

Status Autopilot::Begin(const AutopilotOptions& options, const AutopilotPlan& plan) {
  AutopilotEntry entry{.decided_at = context_.clock->Now(),
                       .request = plan.request_words,
                       .reason = plan.reason,
                       .epoch = Epoch{plan.plan->epoch.value + 1}};
  for (const ShardTransfer& transfer : plan.plan->transfers) entry.bytes += transfer.bytes;
  RK_TRY(Settle());
  Status begun =
      resharder_.Start(*plan.request, {.epoch = plan.plan->epoch, .keep = options.keep, .share = options.share})
          .status();
  if (!begun.ok()) {
    if (Passes(begun)) return begun;
    entry.outcome = AutopilotOutcome::kFailed;
    entry.failure = begun.ToString();
    entry.ended_at = context_.clock->Now();
  }
  Say(LogLevel::kInfo, entry.request + ": " + entry.reason);
  const Lock lock(mutex_);
  AutopilotRow row = row_;
  row.Add(std::move(entry));
  Status stored = StoreLocked(std::move(row));
  return begun.ok() ? stored : begun;
}

routing::AutopilotPast Autopilot::Past() const {
  const Timestamp now = context_.clock->Now();
  const auto job = resharder_.status();
  routing::AutopilotPast past;
  if (job && job->finished_at) past.since_change = now - *job->finished_at;
  const Lock lock(mutex_);
  past.copied_today = row_.CopiedOn(now);
  return past;
}

std::vector<std::uint64_t> Autopilot::LoadsLocked() const {
  const auto time = context_.clock->Now() - looked_at_;
  if (time < kLeastToMeasure) return loads_;
  std::vector<std::uint64_t> loads(context_.routes.families());
  for (std::size_t shard = 0; shard < loads.size(); ++shard) {
    const std::uint64_t bytes = context_.counters.bytes_to_shard[shard].value() - written_[shard];
    loads[shard] = static_cast<std::uint64_t>(static_cast<double>(bytes) / std::chrono::duration<double>(time).count());
  }
  return loads;
}

void Autopilot::NoteLoads() {
  const Lock lock(mutex_);
  const Timestamp now = context_.clock->Now();
  // Also if the clock stepped back.
  if (now >= looked_at_ && now - looked_at_ < kLeastToMeasure) return;
  loads_ = LoadsLocked();
  for (std::size_t shard = 0; shard < written_.size(); ++shard) {
    written_[shard] = context_.counters.bytes_to_shard[shard].value();
  }
  looked_at_ = now;
}

// --- The log ---------------------------------------------------------------------------------------------------------

AutopilotLog Autopilot::Log() const {
  const Timestamp now = context_.clock->Now();
  const Lock lock(mutex_);
  return {.entries = RowLocked().entries, .copied_today = row_.CopiedOn(now), .paused_reason = paused_reason_};
}

AutopilotRow Autopilot::RowLocked() const {
  AutopilotRow row = row_;
  if (row.entries.empty() || row.entries.back().outcome != AutopilotOutcome::kUnderWay) return row;
  AutopilotEntry& last = row.entries.back();
  const auto job = resharder_.status();
  if (!job || job->epoch != last.epoch) {
    last.outcome = AutopilotOutcome::kUnknown;
  } else if (job->finished_at) {
    last.outcome = job->phase == ReshardPhase::kDone ? AutopilotOutcome::kDone : AutopilotOutcome::kReverted;
    last.ended_at = job->finished_at;
  }
  return row;
}

Status Autopilot::Settle() {
  const Lock lock(mutex_);
  AutopilotRow row = RowLocked();
  return row.entries == row_.entries ? Status() : StoreLocked(std::move(row));
}

Status Autopilot::StoreLocked(AutopilotRow row) {
  const auto scratch = committer_.NewScratch();
  catalog_.PutAutopilotRow(scratch->batch.get(), row);
  RK_TRY(committer_.Commit(*scratch->batch, Durability::kSync));
  row_ = std::move(row);
  return {};
}

void Autopilot::Say(LogLevel level, std::string_view text) const {
  if (logger_) logger_->Log(level, "autopilot", text);
}

}  // namespace rookery::store
