// A process that writes is killed, again and again, at steps that the seed chooses: what it was told is stored is
// there, the step that it was about is there as a whole or not at all, and nothing else is.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/store/crash_oracle.h"
#include "tests/store/store_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

class CrashTest : public ::testing::TestWithParam<const char*> {
 protected:
  /// Creates the store: a crash that cuts creation short leaves none, which is another test's.
  void SetUp() override {
    Open(GetParam());
    ASSERT_OK(store_->Close());
    store_.reset();
  }
  std::string path() const { return dir_ / "store"; }

  void Open(const char* routing) {
    const auto clock = std::make_shared<ManualClock>();
    clock->Advance(std::chrono::hours{session_});
    auto store = Store::Open(path(), CrashOptions(routing, clock));
    ASSERT_OK(store);
    store_.emplace(*std::move(store));
  }

  void RunAndKill(std::uint64_t seed, const KillPlan& plan) {
    const Testament testament = testing::RunAndKill(
        {ROOKERY_CRASH_WRITER, path(), std::to_string(session_++), std::to_string(seed), "usual", "0", "1", "-"}, plan);
    ASSERT_EQ(testament.error, "");
    oracle_.Take(testament);
  }

  void ExpectNoLeftovers() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
      EXPECT_NE(entry.path().filename(), "bulk-load");
    }
    EXPECT_OK(ReadPublishedStats(path()));
  }

  TempDir dir_;
  std::optional<Store> store_;
  std::uint64_t session_ = 0;
  CrashOracle oracle_;
};

std::string RoutingName(const ::testing::TestParamInfo<const char*>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Routings, CrashTest, ::testing::Values("hash", "directory"), RoutingName);

TEST_P(CrashTest, WhatWasAcknowledgedIsThereAndTheStepInFlightIsWholeOrAbsent) {
  constexpr int kKills = 14;
  SeededRandom random(20'260);
  SCOPED_TRACE(random.trace());
  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill));
    KillPlan plan{.lines = random.OneIn(6) ? 1 + random.Below(20) : random.Below(800)};
    // Half of the steps are posts and deletes: the others get their turn.
    if (!random.OneIn(4)) plan.last_words = "begin " + std::to_string(random.Below(CrashStep::kChangingKinds));
    plan.phases = random.Below(random.OneIn(2) ? 3 : 120);  // a bulk load has about 100
    ASSERT_NO_FATAL_FAILURE(RunAndKill(random.Next(), plan));
    ASSERT_NO_FATAL_FAILURE(Open(""));
    ASSERT_EQ(oracle_.CheckContent(*store_), "");
    ASSERT_EQ(oracle_.CheckSoundness(*store_), "");
    ASSERT_NO_FATAL_FAILURE(ExpectNoLeftovers());
    ASSERT_EQ(oracle_.PostAgain(&*store_), "");
    ASSERT_EQ(oracle_.CheckSoundness(*store_), "");
    ASSERT_FALSE(HasFailure());
    ASSERT_OK(store_->Close());
    store_.reset();
  }
}

}  // namespace
}  // namespace rookery::testing
