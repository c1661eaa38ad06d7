#include "tests/store/crash_oracle.h"

#include <algorithm>
#include <csignal>
#include <sstream>

#include "base/macros.h"
#include "tests/support/process.h"

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

std::string Unequal(std::string_view what, std::uint64_t is, std::uint64_t should) {
  return is == should ? "" : std::string(what) + ": " + std::to_string(is) + ", not " + std::to_string(should);
}

/// Chunks of the attachments that messages have.
Result<std::uint64_t> CountChunks(const Store& store, const CrashState& state) {
  std::uint64_t chunks = 0;
  for (const auto& [channel, messages] : state.messages) {
    for (const auto& [id, message] : messages) {
      if (message.attachments.empty()) continue;
      RK_ASSIGN_OR_RETURN(const auto infos, store.ListAttachments(channel, MessageId{id}));
      for (const AttachmentInfo& info : infos) chunks += info.chunks;
    }
  }
  return chunks;
}

std::string CompareCounts(const VerifyReport& report, const CrashState& state, std::uint64_t chunks) {
  for (const VerifyProblem& problem : report.problems) return problem.where + ": " + problem.what;
  std::string wrong = Unequal("messages by Verify", report.messages, state.message_count());
  wrong += Unequal("records by Verify", report.records, state.records.size());
  std::uint64_t stored_chunks = 0;
  for (const ShardCounts& shard : report.shards) stored_chunks += shard.chunks;
  return wrong + Unequal("chunks of attachments, so an upload was left", stored_chunks, chunks);
}

/// What may be done of these, each its writer's last.
void Append(const std::map<std::uint64_t, CrashStep>& in_flight, std::vector<CrashDeed>* deeds) {
  for (const auto& [writer, step] : in_flight) deeds->push_back({.step = step});
}

}  // namespace

void Testament::Take(const std::string& line) {
  ++lines;
  if (line.starts_with("job ")) ++job_lines;
  if (line.starts_with("done ")) Done(line.substr(5));
  if (line.starts_with("refused ")) in_flight.erase(std::stoull(line.substr(8)));
  if (!line.starts_with("begin ")) return;
  const CrashStep step = CrashStep::FromLine(line.substr(6));
  in_flight[step.writer] = step;
  if (step.kind == Kind::kBackup) backups.push_back({.begun = done.size()});
}

void Testament::Done(const std::string& line) {
  std::istringstream words(line);
  std::uint64_t writer = 0;
  words >> writer;
  std::vector<std::uint64_t> ids;
  for (std::uint64_t id = 0; words >> id;) ids.push_back(id);
  const CrashStep step = in_flight.at(writer);
  in_flight.erase(writer);
  if (step.kind == Kind::kBackup) {
    backups.back().number = ids.at(0);
    backups.back().ended = done.size();
    backups.back().in_flight = in_flight;
  }
  done.push_back({.step = step, .ids = std::move(ids)});
}

std::string UnsoundnessOf(const Store& store, const CrashState& state) {
  const auto report = store.Verify();
  if (!report) return report.error().ToString();
  const auto chunks = CountChunks(store, state);
  if (!chunks) return chunks.error().ToString();
  std::string wrong = CompareCounts(*report, state, *chunks);
  for (const auto& [channel, messages] : state.messages) {
    const auto size = store.SizeOf(channel);
    if (!size) return size.error().ToString();
    wrong += Unequal("messages by the map in " + channel, size->messages, messages.size());
  }
  return wrong;
}

Testament RunAndKill(const std::vector<std::string>& arguments, KillPlan plan) {
  Process writer({.arguments = arguments});
  Testament testament;
  enum { kAny, kLastWords, kPhases, kKilled } wait_for = kAny;
  std::string end_of_step = "done ";  // of whoever said the last words
  while (const auto line = writer.ReadLine()) {
    testament.Take(*line);
    if (wait_for == kAny && testament.lines >= plan.lines) wait_for = kLastWords;
    const bool impatient = testament.lines > plan.lines + plan.patience;
    if (wait_for == kLastWords && (line->starts_with(plan.last_words) || impatient)) {
      wait_for = kPhases;
      if (line->starts_with("begin ")) end_of_step += std::to_string(CrashStep::FromLine(line->substr(6)).writer);
    }
    if (wait_for != kPhases) continue;
    const bool ends = line->starts_with(end_of_step);
    if (ends) plan.phases %= 3;  // the step has not had so many: then it is the next one
    if (ends || plan.phases-- > 0) continue;
    // Between two lines: nobody tells when that is, so the time is spent looking at the clock.
    const auto end = std::chrono::steady_clock::now() + plan.delay;
    while (std::chrono::steady_clock::now() < end) {
    }
    writer.Signal(SIGKILL);
    wait_for = kKilled;
  }
  testament.error = writer.Wait().error;
  return testament;
}

std::vector<CrashMoment> CrashOracle::Take(const Testament& testament) {
  std::vector<CrashMoment> moments;
  const std::vector<CrashDeed>& done = testament.done;
  std::size_t next = 0;
  const auto come_to = [&](std::size_t end) {
    for (; next < end; ++next) expected_.Apply(done[next].step, *done[next].ids);
  };
  for (const Testament::Backup& backup : testament.backups) {
    come_to(backup.begun);
    const bool ended = backup.number != 0;
    const auto from = done.begin() + static_cast<std::ptrdiff_t>(backup.begun);
    std::vector<CrashDeed> meanwhile(from,
                                     ended ? done.begin() + static_cast<std::ptrdiff_t>(backup.ended) : done.end());
    Append(ended ? backup.in_flight : testament.in_flight, &meanwhile);
    moments.emplace_back(expected_, std::move(meanwhile));
  }
  come_to(done.size());
  acknowledged_ += done.size();
  in_flight_ = testament.in_flight;
  return moments;
}

std::string CrashOracle::CheckContent(const Store& store) {
  const auto recovery = store.LastRecovery();
  if (!recovery) return recovery.error().ToString();
  if (recovery->lost != 0) return "lost when it was opened: " + recovery->Summary();
  Result<CrashState> actual = ReadState(store);
  if (!actual) return actual.error().ToString();
  std::vector<CrashDeed> in_flight;
  Append(in_flight_, &in_flight);
  const CrashMoment moment(std::move(expected_), std::move(in_flight));
  expected_ = *std::move(actual);
  return moment.DifferenceTo(expected_);
}

std::string CrashOracle::PostAgain(Store* store) {
  std::string wrong;
  for (const auto& [writer, step] : in_flight_) {
    if (step.kind == Kind::kPost && step.nonces) wrong += PostAgain(store, step);
  }
  return wrong;
}

std::string CrashOracle::PostAgain(Store* store, const CrashStep& step) {
  const auto before = expected_.IdsOf(step);
  const auto posted = store->PostBatch(CrashPosts(step).views());
  if (!posted) return posted.error().ToString();
  std::vector<std::uint64_t> ids;
  for (const Posted& one : *posted) {
    if (one.existed != before.has_value()) return "posted again: " + std::to_string(one.id.value) + " is a second one";
    ids.push_back(one.id.value);
  }
  if (before && ids != *before) return "posted again: other ids than before";
  if (!before) expected_.Apply(step, ids);
  return "";
}

}  // namespace rookery::testing
