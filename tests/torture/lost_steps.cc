#include "tests/torture/lost_steps.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace rookery::torture {
namespace {

using Kind = LostRun::Kind;

/// What is missing of a channel, of a kind.
struct Missing {
  std::uint64_t rows = 0;     // at most so many may be named
  std::uint64_t counted = 0;  // of them, those that the witness knew of by number
  std::set<std::uint64_t> ids;
};
using MissingByPlace = std::map<std::pair<Kind, std::string>, Missing>;

std::string NameOf(const std::pair<Kind, std::string>& place) {
  constexpr const char* kKinds[] = {"?", "messages", "deletions", "records"};
  return std::string(kKinds[static_cast<int>(place.first)]) + " of " + place.second;
}

MissingByPlace MissingFrom(const Life& life, std::size_t kept, std::uint64_t applied) {
  MissingByPlace missing;
  for (std::size_t i = kept; i < life.steps.size(); ++i) {
    for (const RowChange& change : life.steps[i].step.changes) {
      const RowName name = RowNameOf(change.row);
      Missing& place = missing[{change.kind, name.channel}];
      place.rows += life.copies ? 2 : 1;
      if (name.kind != 'a' && life.steps[i].after <= applied) ++place.counted;
      place.ids.insert(name.id.value);
    }
  }
  return missing;
}

std::string CheckNames(const MissingByPlace& missing, const Remains& remains) {
  std::map<std::pair<Kind, std::string>, std::uint64_t> named;
  for (const LostRun& run : remains.report.runs) {
    const std::pair<Kind, std::string> place{run.kind, run.channel};
    named[place] += run.count;
    const auto found = missing.find(place);
    if (found == missing.end()) return NameOf(place) + " are named as missing, and are there";
    const bool known = run.kind == Kind::kRecords ||
                       (found->second.ids.contains(run.first.value) && found->second.ids.contains(run.last.value));
    if (!known) return "among the missing " + NameOf(place) + " ids are named that are not missing";
  }
  for (const auto& [place, expected] : missing) {
    if (named[place] > expected.rows) return "too many missing " + NameOf(place) + " are named";
    if (remains.report.runs_complete && named[place] < expected.counted) {
      return "the names are said to be complete, but of " + std::to_string(expected.counted) + " missing " +
             NameOf(place) + " only " + std::to_string(named[place]) + " are named";
    }
    if (remains.witness_whole && expected.counted > 0 && !remains.report.runs_complete) {
      return "the witness was whole, and yet the names are said to be incomplete";
    }
  }
  return "";
}

/// Empty if the report is what it must be if the first `kept` steps are there, and no other.
std::string CheckReport(const Life& life, std::size_t kept, const Remains& remains) {
  const RecoveryReport& report = remains.report;
  const std::uint64_t applied = remains.testimony.applied;
  if (life.closed && !report.closed) return "it was closed, and is said not to have been";
  if (!report.closed && !report.machine_went_down) return "the machine went down, and is said not to have";
  if (report.lost_synced > 0 || report.salvaged) return "it is said to have lost what was synced";
  if (life.closed && report.lost > 0) return "it was closed, and is said to have lost rows";
  // How far the log went: known from the report if it says that anything is lost.
  const std::uint64_t position = applied - std::min(report.lost, applied);
  std::size_t written = kept;  // the last step that is there and wrote anything
  while (written > 0 && life.steps[written - 1].step.changes.empty()) --written;
  if (report.lost > 0 && written > 0 && position <= life.steps[written - 1].before) {
    return "rows are counted as lost that are there: the log went to " + std::to_string(position) + " by the report";
  }
  if (kept < life.steps.size() && position >= life.steps[kept].after) {
    return "rows are missing that the witness knew of, and are not counted";
  }
  return report.lost == 0 ? "" : CheckNames(MissingFrom(life, kept, applied), remains);
}

}  // namespace

Comparison Compare(const Life& life, const Remains& remains) {
  Comparison result{.violation = "", .kept = life.steps.size()};
  Rows rows = life.begin;
  std::string best;
  for (std::size_t kept = 0; kept <= life.steps.size(); ++kept) {
    if (kept > 0) life.steps[kept - 1].step.ApplyTo(&rows);
    const std::string difference = kept < life.durable ? "too early" : DifferenceBetween(rows, remains.rows);
    // The first one that was durable tells best what is wrong.
    if (!difference.empty() && kept == life.durable) best = difference;
    if (!difference.empty()) continue;
    const std::string wrong = remains.report_heard ? CheckReport(life, kept, remains) : "";
    if (wrong.empty()) return {.violation = "", .kept = kept};
    if (!result.violation.empty()) continue;
    result.violation = wrong + " (" + std::to_string(kept) + " of " + std::to_string(life.steps.size()) +
                       " steps are there; report: " + remains.report.Summary() + ")";
  }
  if (result.violation.empty()) {
    result.violation = "what is there is not what was after any step from " + std::to_string(life.durable) + " to " +
                       std::to_string(life.steps.size()) + ": beside the first of them, " + best +
                       " (report: " + remains.report.Summary() + ")";
  }
  return result;
}

}  // namespace rookery::torture
