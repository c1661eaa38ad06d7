#include "codec/id_generator.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "base/macros.h"

namespace rookery::codec {
namespace {

using Millis = std::chrono::milliseconds;

constexpr int kSequenceBits = 12;
constexpr int kWorkerBits = 10;
static_assert(kSequenceBits + kWorkerBits == MessageId::kTimeShift);

constexpr std::uint64_t kIdsPerMs = std::uint64_t{1} << kSequenceBits;
constexpr Millis kMaxTime{(std::int64_t{1} << 41) - 1};

/// Steps up to this are noise between the cores of a machine.
constexpr Millis kClockNoise{1};

constexpr std::uint64_t TickOf(Millis time) { return static_cast<std::uint64_t>(time.count()) << kSequenceBits; }
constexpr Millis TimeOf(std::uint64_t tick) { return Millis{static_cast<std::int64_t>(tick >> kSequenceBits)}; }

constexpr Millis InRange(Millis time) { return std::clamp(time, Millis{0}, kMaxTime + Millis{1}); }

/// Where to go on after the stored horizon. From 1 in a new store, as tick 0 would be id 0 for worker 0.
std::uint64_t FirstTick(Timestamp epoch, std::optional<Timestamp> horizon) {
  if (!horizon || *horizon <= epoch) return 1;
  return TickOf(InRange(*horizon - epoch));
}

std::string DateOf(Timestamp time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::string TextOf(Millis time) { return std::to_string(time.count()) + " ms"; }

}  // namespace

IdGenerator::IdGenerator(const IdOptions& options, std::shared_ptr<const Clock> clock, std::optional<Timestamp> horizon)
    : epoch_(options.epoch),
      worker_bits_(std::uint64_t{options.worker & ((1U << kWorkerBits) - 1)} << kSequenceBits),
      max_lead_(options.max_clock_lead),
      clock_(std::move(clock)),
      next_(FirstTick(epoch_, horizon)),
      stored_horizon_(TimeOf(next_)),
      pending_horizon_(stored_horizon_) {}

Status IdGenerator::Next(std::span<MessageId> ids, IdIssue* issue) {
  const base::MutexLock lock(mutex_);
  const Millis now = ReadClock();
  *issue = {.now = epoch_ + now, .horizon = std::nullopt};
  if (ids.empty()) return {};
  if (finished_) return {StatusCode::kClosed, "the store is being closed; no more ids are made"};
  const Tick first = std::max(next_, TickOf(InRange(now)));
  RK_TRY(CheckClock(now));
  RK_TRY(CheckLead(now, first, ids.size()));
  RK_TRY(CheckEnd(now, first + ids.size() - 1));

  next_ = first + ids.size();
  const Tick ahead = std::max(first, TickOf(now + Millis{1}));
  if (next_ > ahead) counters_.run_ahead += next_ - ahead;
  issue->horizon = HorizonFor(next_ - 1);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = IdOf(first + i);
  return {};
}

MessageId IdGenerator::Newest() const {
  const base::MutexLock lock(mutex_);
  return next_ == 0 ? MessageId{} : IdOf(next_ - 1);
}

void IdGenerator::Raise(MessageId id) {
  const Tick tick = (id.value >> MessageId::kTimeShift) << kSequenceBits | (id.value & (kIdsPerMs - 1));
  const base::MutexLock lock(mutex_);
  if (TimeOf(tick) < ReadClock() + max_lead_) next_ = std::max(next_, tick + 1);
}

void IdGenerator::HorizonStored(Timestamp horizon) {
  const base::MutexLock lock(mutex_);
  stored_horizon_ = std::max(stored_horizon_, horizon - epoch_);
}

std::optional<Timestamp> IdGenerator::Finish() {
  const base::MutexLock lock(mutex_);
  finished_ = true;
  const Millis above_all = TimeOf(next_ + kIdsPerMs - 1);
  return above_all < pending_horizon_ ? std::optional(epoch_ + above_all) : std::nullopt;
}

IdStats IdGenerator::stats() const {
  const base::MutexLock lock(mutex_);
  IdStats stats = counters_;
  // Before the first id, next_ - 1 is only where a reopened store goes on from.
  if (latest_clock_ != Millis::min()) stats.lead = std::max(Millis{0}, TimeOf(next_ - 1) - (clock_->Now() - epoch_));
  return stats;
}

Millis IdGenerator::ReadClock() {
  const Millis now = clock_->Now() - epoch_;
  if (latest_clock_ != Millis::min() && now + kClockNoise < latest_clock_) ++counters_.clock_steps_back;
  latest_clock_ = now;
  return now;
}

Status IdGenerator::CheckClock(Millis now) const {
  if (now >= Millis{0}) return {};
  return {StatusCode::kInvalidArgument, "the clock says " + DateOf(epoch_ + now) + ", before the store's ids begin (" +
                                            DateOf(epoch_) + ", IdOptions::epoch); set the clock"};
}

Status IdGenerator::CheckLead(Millis now, Tick first, std::size_t count) {
  const Millis lead = TimeOf(first + count - 1) - now;
  if (lead <= max_lead_) return {};
  const std::string limit = "; the limit is " + TextOf(max_lead_) + " (IdOptions::max_clock_lead)";
  if (TimeOf(count - 1) > max_lead_) {
    return {StatusCode::kInvalidArgument, std::to_string(count) + " ids at once need a lead of " +
                                              TextOf(TimeOf(count - 1)) + limit + "; post fewer messages at once"};
  }
  ++counters_.refused;
  return Status(StatusCode::kBusy, "new ids would be " + TextOf(lead) + " ahead of the clock" + limit +
                                       "; wait, or check whether the clock was set back")
      .WithRetryAfter(lead - max_lead_);
}

Status IdGenerator::CheckEnd(Millis now, Tick last) const {
  if (TimeOf(last) <= kMaxTime) return {};
  return {StatusCode::kInvalidArgument, "the clock says " + DateOf(epoch_ + now) + "; the store's ids end at " +
                                            DateOf(epoch_ + kMaxTime) +
                                            "; set the clock, or use a store with a later IdOptions::epoch"};
}

std::optional<Timestamp> IdGenerator::HorizonFor(Tick last) {
  if (TimeOf(last) < stored_horizon_) {
    // One batch brings the next horizon while the ids below this one last, so that no other waits for it.
    const bool asked_for = pending_horizon_ > stored_horizon_;
    if (asked_for || TimeOf(last) + kHorizonStep / 2 < stored_horizon_) return std::nullopt;
    pending_horizon_ = TimeOf(last) + kHorizonStep;
    return epoch_ + pending_horizon_;
  }
  if (TimeOf(last) >= pending_horizon_) pending_horizon_ = TimeOf(last) + kHorizonStep;
  return epoch_ + pending_horizon_;
}

MessageId IdGenerator::IdOf(Tick tick) const {
  return MessageId{(tick >> kSequenceBits) << MessageId::kTimeShift | worker_bits_ | (tick & (kIdsPerMs - 1))};
}

}  // namespace rookery::codec
