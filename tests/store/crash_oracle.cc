#include "tests/store/crash_oracle.h"

#include <algorithm>
#include <csignal>
#include <sstream>

#include "base/macros.h"
#include "tests/support/process.h"

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

/// Retention removes one batch after the other, the oldest first: what it had done when so many were left.
CrashStep PartOf(const CrashStep& step, const CrashState& actual) {
  const auto left = actual.messages.find(step.channel);
  CrashStep part = step;
  part.count = std::max<std::uint64_t>(step.count, left == actual.messages.end() ? 0 : left->second.size());
  return part;
}

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

}  // namespace

void Testament::Take(const std::string& line) {
  ++lines;
  if (line.starts_with("job ")) ++job_lines;
  if (line.starts_with("begin ")) in_flight = CrashStep::FromLine(line.substr(6));
  if (!in_flight) return;
  if (line == "refused") in_flight.reset();
  if (!line.starts_with("done")) return;
  std::istringstream words(line.substr(4));
  std::vector<std::uint64_t> ids;
  for (std::uint64_t id = 0; words >> id;) ids.push_back(id);
  done.emplace_back(*in_flight, std::move(ids));
  in_flight.reset();
}

Testament RunAndKill(const std::vector<std::string>& arguments, KillPlan plan) {
  Process writer({.arguments = arguments});
  Testament testament;
  enum { kAny, kLastWords, kPhases, kKilled } wait_for = kAny;
  while (const auto line = writer.ReadLine()) {
    testament.Take(*line);
    if (wait_for == kAny && testament.lines >= plan.lines) wait_for = kLastWords;
    const bool impatient = testament.lines > plan.lines + plan.patience;
    if (wait_for == kLastWords && (line->starts_with(plan.last_words) || impatient)) wait_for = kPhases;
    if (wait_for != kPhases) continue;
    if (line->starts_with("done")) plan.phases %= 3;  // the step has not had so many: then it is the next one
    if (line->starts_with("done") || plan.phases-- > 0) continue;
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

void CrashOracle::Take(Testament testament) {
  for (const auto& [step, ids] : testament.done) expected_.Apply(step, ids);
  acknowledged_ += testament.done.size();
  in_flight_ = std::move(testament.in_flight);
}

std::vector<CrashState> CrashOracle::Possible(const CrashState& actual) const {
  std::vector<CrashState> states{expected_};
  if (!in_flight_) return states;
  if (in_flight_->kind == Kind::kKeep) {
    states.emplace_back(expected_).Apply(PartOf(*in_flight_, actual), {});
    return states;
  }
  const auto ids = in_flight_->kind == Kind::kPost ? actual.IdsOf(*in_flight_) : std::vector<std::uint64_t>();
  if (ids) states.emplace_back(expected_).Apply(*in_flight_, *ids);
  return states;
}

std::string CrashOracle::CheckContent(const Store& store) {
  const auto recovery = store.LastRecovery();
  if (!recovery) return recovery.error().ToString();
  if (recovery->lost != 0) return "lost when it was opened: " + recovery->Summary();
  Result<CrashState> actual = ReadState(store);
  if (!actual) return actual.error().ToString();
  std::string differences = in_flight_ ? "in flight: " + in_flight_->ToLine() : "nothing in flight";
  bool possible = false;
  for (const CrashState& state : Possible(*actual)) {
    const std::string difference = state.DifferenceTo(*actual);
    possible = possible || difference.empty();
    differences += "\n  " + difference;
  }
  expected_ = *std::move(actual);
  return possible ? "" : differences;
}

std::string CrashOracle::CheckSoundness(const Store& store) const {
  const auto report = store.Verify();
  if (!report) return report.error().ToString();
  const auto chunks = CountChunks(store, expected_);
  if (!chunks) return chunks.error().ToString();
  std::string wrong = CompareCounts(*report, expected_, *chunks);
  for (const auto& [channel, messages] : expected_.messages) {
    const auto size = store.SizeOf(channel);
    if (!size) return size.error().ToString();
    wrong += Unequal("messages by the map in " + channel, size->messages, messages.size());
  }
  return wrong;
}

std::string CrashOracle::PostAgain(Store* store) {
  if (!in_flight_ || in_flight_->kind != Kind::kPost || !in_flight_->nonces) return "";
  const auto before = expected_.IdsOf(*in_flight_);
  const auto posted = store->PostBatch(CrashPosts(*in_flight_).views());
  if (!posted) return posted.error().ToString();
  std::vector<std::uint64_t> ids;
  for (const Posted& one : *posted) {
    if (one.existed != before.has_value()) return "posted again: " + std::to_string(one.id.value) + " is a second one";
    ids.push_back(one.id.value);
  }
  if (before && ids != *before) return "posted again: other ids than before";
  if (!before) expected_.Apply(*in_flight_, ids);
  return "";
}

}  // namespace rookery::testing
