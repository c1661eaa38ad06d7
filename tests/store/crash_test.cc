// A process that writes is killed, again and again, at steps that the seed chooses: what it was told is stored is
// there, the step that it was about is there as a whole or not at all, and nothing else is.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/store/crash_state.h"
#include "tests/store/store_fixture.h"
#include "tests/support/process.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

/// What a writer said before it died.
struct Testament {
  std::vector<std::pair<CrashStep, std::vector<std::uint64_t>>> done;
  std::optional<CrashStep> in_flight;
  std::string error;

  void Take(const std::string& line) {
    if (line.starts_with("begin ")) in_flight = CrashStep::FromLine(line.substr(6));
    if (!line.starts_with("done") || !in_flight) return;
    std::istringstream words(line.substr(4));
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = 0; words >> id;) ids.push_back(id);
    done.emplace_back(*in_flight, std::move(ids));
    in_flight.reset();
  }
};

class CrashTest : public ::testing::TestWithParam<const char*> {
 protected:
  /// Creates the store: a crash that cuts creation short leaves none, which is another test's.
  void SetUp() override {
    Open();
    ASSERT_OK(store_->Close());
    store_.reset();
  }
  std::string path() const { return dir_ / "store"; }

  /// When a writer is killed.
  struct Plan {
    std::uint64_t lines = 0;      // once it has said so many,
    std::string last_words = {};  // then one that begins with this,
    std::uint64_t phases = 0;     // and then so many that are within a step, if it takes so many
  };

  Testament RunAndKill(std::uint64_t seed, Plan plan) {
    // A kind of step that the seed makes rare is not waited for.
    constexpr std::uint64_t kPatience = 1'000;
    Process writer(
        {.arguments = {ROOKERY_CRASH_WRITER, path(), GetParam(), std::to_string(session_++), std::to_string(seed)}});
    Testament testament;
    enum { kAny, kLastWords, kPhases, kKilled } wait_for = kAny;
    std::uint64_t read = 0;
    while (const auto line = writer.ReadLine()) {
      testament.Take(*line);
      ++read;
      if (wait_for == kAny && read >= plan.lines) wait_for = kLastWords;
      if (wait_for == kLastWords && (line->starts_with(plan.last_words) || read > plan.lines + kPatience)) {
        wait_for = kPhases;
      }
      if (wait_for != kPhases) continue;
      if (line->starts_with("done")) plan.phases %= 3;  // the step has not had so many: then it is the next one
      if (line->starts_with("done") || plan.phases-- > 0) continue;
      writer.Signal(SIGKILL);
      wait_for = kKilled;
    }
    testament.error = writer.Wait().error;
    return testament;
  }

  void Open() {
    const auto clock = std::make_shared<ManualClock>();
    clock->Advance(std::chrono::hours{session_});
    auto store = Store::Open(path(), CrashOptions(GetParam(), clock));
    ASSERT_OK(store);
    store_.emplace(*std::move(store));
  }

  /// The states in one of which the store may be.
  std::vector<CrashState> Possible(const Testament& testament, const CrashState& actual) const {
    std::vector<CrashState> states{expected_};
    if (!testament.in_flight) return states;
    const CrashStep& step = *testament.in_flight;
    if (step.kind == Kind::kKeep) {
      states.emplace_back(expected_).Apply(PartOf(step, actual), {});
      return states;
    }
    const auto ids = step.kind == Kind::kPost ? actual.IdsOf(step) : std::vector<std::uint64_t>();
    if (ids) states.emplace_back(expected_).Apply(step, *ids);
    return states;
  }
  /// Retention removes one batch after the other, the oldest first: what it had done when so many were left.
  static CrashStep PartOf(const CrashStep& step, const CrashState& actual) {
    const auto left = actual.messages.find(step.channel);
    CrashStep part = step;
    part.count = std::max<std::uint64_t>(step.count, left == actual.messages.end() ? 0 : left->second.size());
    return part;
  }

  /// Takes what is there for what is expected from now on.
  void ExpectPossible(const Testament& testament) {
    for (const auto& [step, ids] : testament.done) expected_.Apply(step, ids);
    ASSERT_OK_AND_ASSIGN(const CrashState actual, ReadState(*store_));
    std::string differences;
    bool possible = false;
    for (const CrashState& state : Possible(testament, actual)) {
      const std::string difference = state.DifferenceTo(actual);
      possible = possible || difference.empty();
      differences += "\n  " + difference;
    }
    EXPECT_TRUE(possible) << (testament.in_flight ? testament.in_flight->ToLine() : "nothing in flight") << differences;
    expected_ = actual;
  }

  void ExpectSound() {
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store_->Verify());
    for (const VerifyProblem& problem : report.problems) ADD_FAILURE() << problem.where << ": " << problem.what;
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.messages, expected_.message_count());
    EXPECT_EQ(report.records, expected_.records.size());
    std::uint64_t chunks = 0;
    std::uint64_t stored_chunks = 0;
    for (const auto& [channel, messages] : expected_.messages) {
      for (const auto& [id, message] : messages) {
        if (message.attachments.empty()) continue;
        ASSERT_OK_AND_ASSIGN(const auto infos, store_->ListAttachments(channel, MessageId{id}));
        for (const AttachmentInfo& info : infos) chunks += info.chunks;
      }
    }
    for (const ShardCounts& shard : report.shards) stored_chunks += shard.chunks;
    EXPECT_EQ(stored_chunks, chunks) << "an upload was left";
  }

  void ExpectMapEqualsCount() {
    for (const auto& [channel, messages] : expected_.messages) {
      ASSERT_OK_AND_ASSIGN(const ChannelSize size, store_->SizeOf(channel));
      EXPECT_EQ(size.messages, messages.size()) << channel;
    }
  }

  void ExpectNoLeftovers() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
      EXPECT_NE(entry.path().filename(), "bulk-load");
    }
    EXPECT_OK(ReadPublishedStats(path()));
  }

  /// Who was not answered posts again; with nonces that is safe.
  void PostAgain(const CrashStep& step) {
    const auto before = expected_.IdsOf(step);
    ASSERT_OK_AND_ASSIGN(const auto posted, store_->PostBatch(CrashPosts(step).views()));
    std::vector<std::uint64_t> ids;
    for (const Posted& one : posted) {
      EXPECT_EQ(one.existed, before.has_value());
      ids.push_back(one.id.value);
    }
    if (before) {
      EXPECT_EQ(ids, *before);
    } else {
      expected_.Apply(step, ids);
    }
  }

  TempDir dir_;
  std::optional<Store> store_;
  std::uint64_t session_ = 0;
  CrashState expected_;
};

std::string RoutingName(const ::testing::TestParamInfo<const char*>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Routings, CrashTest, ::testing::Values("hash", "directory"), RoutingName);

TEST_P(CrashTest, WhatWasAcknowledgedIsThereAndTheStepInFlightIsWholeOrAbsent) {
  constexpr int kKills = 14;
  SeededRandom random(20'260);
  SCOPED_TRACE(random.trace());
  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill));
    Plan plan{.lines = random.OneIn(6) ? 1 + random.Below(20) : random.Below(800)};
    // Half of the steps are posts and deletes: the others get their turn.
    if (!random.OneIn(4)) plan.last_words = "begin " + std::to_string(random.Below(CrashStep::kKinds));
    plan.phases = random.Below(random.OneIn(2) ? 3 : 120);  // a bulk load has about 100
    const Testament testament = RunAndKill(random.Next(), plan);
    ASSERT_EQ(testament.error, "");
    ASSERT_NO_FATAL_FAILURE(Open());
    ASSERT_NO_FATAL_FAILURE(ExpectPossible(testament));
    ASSERT_NO_FATAL_FAILURE(ExpectSound());
    ASSERT_NO_FATAL_FAILURE(ExpectMapEqualsCount());
    ASSERT_NO_FATAL_FAILURE(ExpectNoLeftovers());
    const auto& step = testament.in_flight;
    if (step && step->kind == Kind::kPost && step->nonces) {
      ASSERT_NO_FATAL_FAILURE(PostAgain(*step));
    }
    ASSERT_NO_FATAL_FAILURE(ExpectSound());
    ASSERT_FALSE(HasFailure());
    ASSERT_OK(store_->Close());
    store_.reset();
  }
}

}  // namespace
}  // namespace rookery::testing
