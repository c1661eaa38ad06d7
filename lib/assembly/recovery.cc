#include "assembly/recovery.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "codec/key_format.h"

namespace rookery {
namespace {

std::string_view NameOf(LostRun::Kind kind) {
  switch (kind) {
    case LostRun::Kind::kMessages:
      return "written messages";
    case LostRun::Kind::kDeletions:
      return "deleted messages";
    case LostRun::Kind::kRecords:
      return "records";
  }
  return "rows";
}

}  // namespace

std::string RecoveryReport::Summary() const {
  constexpr std::size_t kMost = 10;
  if (lost == 0) return "nothing is missing";
  std::string text = std::to_string(lost) + " rows that were acknowledged are missing, " + std::to_string(lost_synced) +
                     " of them were on disk";
  for (std::size_t i = 0; i < runs.size() && i < kMost; ++i) {
    const LostRun& run = runs[i];
    text += i == 0 ? ": " : "; ";
    text += "shard " + std::to_string(run.shard.value) + ", channel " + base::Quoted(run.channel) + ": " +
            (run.count == 0 ? std::string("a range of ") : std::to_string(run.count) + " ") +
            std::string(NameOf(run.kind));
    if (run.first.valid()) text += ", ids " + std::to_string(run.first.value) + " to " + std::to_string(run.last.value);
  }
  if (runs.size() > kMost) text += "; and " + std::to_string(runs.size() - kMost) + " more";
  if (!runs_complete) text += "; what was lost before these is not known by name";
  return text;
}

}  // namespace rookery

namespace rookery::assembly {

RecoveryReport Compare(const Testimony& testimony, std::uint64_t position) {
  RecoveryReport report{.closed = testimony.closed, .machine_went_down = !testimony.closed && !testimony.same_boot};
  if (testimony.applied <= position) return report;
  report.lost = testimony.applied - position;
  report.lost_synced = testimony.synced - std::min(testimony.synced, position);
  for (const Testimony::Run& run : testimony.runs) {
    if (run.position <= position) continue;
    LostRun lost = run.run;
    lost.channel = codec::ChannelOfPrefix(lost.channel)
                       .value_or(lost.channel.substr(std::min<std::size_t>(1, lost.channel.size())));
    LostRun* const last = report.runs.empty() ? nullptr : &report.runs.back();
    if (last != nullptr && last->kind == lost.kind && last->shard == lost.shard && last->channel == lost.channel &&
        last->count > 0 && lost.count > 0) {
      last->first = std::min(last->first, lost.first);
      last->last = std::max(last->last, lost.last);
      last->count += lost.count;
    } else {
      report.runs.push_back(std::move(lost));
    }
  }
  report.runs_complete = testimony.runs_since <= position + 1 && !report.runs.empty();
  return report;
}

RecoveryReport Between(const Testimony& testimony, std::uint64_t first, std::uint64_t last) {
  Testimony within = testimony;
  within.applied = last;
  within.synced = std::min(within.synced, last);
  std::erase_if(within.runs, [&](const Testimony::Run& run) { return run.position < first || run.position > last; });
  RecoveryReport report = Compare(within, first - 1);
  report.runs_complete = testimony.runs_since <= first && !report.runs.empty();
  return report;
}

namespace {

void Add(RecoveryReport lost, RecoveryReport* report) {
  report->lost += lost.lost;
  report->lost_synced += lost.lost_synced;
  report->runs_complete = report->runs_complete && lost.runs_complete;
  report->runs.insert(report->runs.begin(), lost.runs.begin(), lost.runs.end());
}

std::string WordsFor(const engine::PositionRange& range) {
  return "positions " + std::to_string(range.first) + " to " + std::to_string(range.last);
}

/// What of `gap` is in none of `told`.
std::vector<engine::PositionRange> Rest(engine::PositionRange gap, std::span<const engine::PositionRange> told) {
  std::vector<engine::PositionRange> rest;
  for (const engine::PositionRange& range : told) {  // in the order of positions
    if (range.last < gap.first || range.first > gap.last) continue;
    if (range.first > gap.first) rest.push_back({gap.first, range.first - 1});
    gap.first = range.last + 1;
  }
  if (gap.first <= gap.last) rest.push_back(gap);
  return rest;
}

}  // namespace

LostBefore AddLostBefore(std::span<const engine::LogLoss> losses, const Testimony& testimony,
                         const engine::RocksDbPosition& found, RecoveryReport* report) {
  using Kind = engine::LogLoss::Kind;
  LostBefore before;
  std::vector<engine::PositionRange> told;
  const auto say = [&](const std::string& words) { before.words += (before.words.empty() ? "" : "; ") + words; };
  for (const engine::LogLoss& loss : losses) {
    const bool whole = loss.kind == Kind::kMissing || loss.kind == Kind::kCut;
    // Where RocksDB did not read on behind the damage the logs end, and that is compared by position.
    const bool passed_over = loss.kind == Kind::kDamaged && loss.last && *loss.last < found.in_logs;
    if (!whole && !passed_over) continue;
    // What is behind the last entry of all logs is compared by position alone, unless tables have come that far.
    const std::uint64_t last = std::min(loss.last.value_or(found.position), found.position);
    // A crash of the machine can take what says where the oldest log begins: it does behind what tables have.
    const std::uint64_t first = report->machine_went_down && loss.first == 1 ? found.in_tables + 1 : loss.first;
    if (first == 0 || last < first) continue;
    told.push_back({first, last});
    Add(Between(testimony, first, last), report);
    say(engine::WordsFor(loss) + " (" + WordsFor(told.back()) + ", unless tables have them)");
  }
  for (const engine::PositionRange& gap : found.gaps) {
    for (const engine::PositionRange& rest : Rest(gap, told)) {
      before.is_in_no_lost_log = true;
      Add(Between(testimony, rest.first, rest.last), report);
      say(WordsFor(rest) + " are in no log, and in no table that the manifest names");
    }
  }
  return before;
}

Status CheckMayOpen(const RecoveryReport& report, Recovery recovery) {
  if (report.lost == 0 || recovery == Recovery::kSalvage) return {};
  const bool never_synced = report.machine_went_down && report.lost_synced == 0;
  if (recovery == Recovery::kTail && never_synced) return {};
  return {StatusCode::kCorruption,
          report.Summary() + (never_synced
                                  ? ". They were never synced: Recovery::kTail (--recovery tail) goes on without them"
                                  : ". Restore the store, or put its files back; Recovery::kSalvage (--recovery "
                                    "salvage) goes on without them")};
}

}  // namespace rookery::assembly
