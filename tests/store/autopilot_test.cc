// Autopilot: a store that grows is split, one that shrinks is merged, and what it remembers of that.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "tests/store/engine_fixture.h"
#include "tests/store/store_dump.h"
#include "tests/store/store_fixture.h"
#include "tests/support/gate.h"

namespace rookery::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

/// Waits for what a thread of the store is to bring about.
template <typename Fact>
void AwaitThat(Fact fact) {
  const auto latest = std::chrono::steady_clock::now() + kLongEnough;
  while (!fact()) {
    ASSERT_LT(std::chrono::steady_clock::now(), latest);
    std::this_thread::yield();
  }
}

class AutopilotTest : public StoreKindTest {
 protected:
  static constexpr std::size_t kContent = 1000;
  static constexpr int kChannels = 60;

  static std::string Name(int i) { return std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i); }
  void Fill() {
    for (int i = 0; i < kChannels; ++i) ids_.push_back(Post(Name(i), std::string(kContent, 'x')));
  }
  void DeleteMost() {
    for (int i = 0; i < kChannels; ++i) {
      if (i % 10 == 0) continue;
      ASSERT_OK(store().Delete(Name(i), ids_[static_cast<std::size_t>(i)]));
    }
  }
  /// Runs it again and again, an hour after each job, until it finds nothing to do.
  int RunUntilItRests() {
    int changes = 0;
    for (;;) {
      const auto plan = store().RunAutopilot(autopilot_);
      EXPECT_OK(plan);
      if (!plan || !plan->request) return changes;
      EXPECT_EQ(plan->held_back, "");
      EXPECT_OK(store().AwaitReshard(kLongEnough));
      clock().Advance(hours{1});
      if (HasFailure() || ++changes == 100) return changes;
    }
  }
  std::vector<AutopilotEntry> Entries() {
    const auto log = store().AutopilotLog();
    EXPECT_OK(log);
    return log ? log->entries : std::vector<AutopilotEntry>{};
  }
  std::uint32_t Shards() { return store().Info()->shards; }

  AutopilotOptions autopilot_{.target_bytes = 10'000, .min_shards = 2, .budget = 0, .share = 1};
  std::vector<MessageId> ids_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, AutopilotTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(AutopilotTest, SplitsWhatGrowsAndMergesWhatShrinks) {
  Fill();
  const auto before = DumpOf(store());
  EXPECT_GT(RunUntilItRests(), 2);
  EXPECT_GT(Shards(), 6U);
  EXPECT_EQ(DumpOf(store()), before);
  ASSERT_OK_AND_ASSIGN(const ReshardPlan plan, store().PlanReshard(RebalanceShards{}));
  for (const std::uint64_t bytes : plan.bytes_before) EXPECT_LE(bytes, 7000U);
  DeleteMost();
  EXPECT_GT(RunUntilItRests(), 2);
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan rests, store().PlanAutopilot(autopilot_));
  EXPECT_EQ(rests.request_words, "none");
  EXPECT_THAT(rests.reason, HasSubstr("no shard is above 70 %"));
  for (const AutopilotEntry& entry : Entries()) EXPECT_EQ(AutopilotOutcomeName(entry.outcome), "done");
}

TEST_P(AutopilotTest, AGiantChannelIsSpread) {
  for (int i = 0; i < 12; ++i) {
    clock().Advance(hours{24 * 10});
    Post("giant", std::string(kContent, 'x'));
  }
  const auto before = DumpOf(store());
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan plan, store().PlanAutopilot(autopilot_));
  EXPECT_EQ(plan.request_words, "spread channel \"giant\" over 4 shards");
  EXPECT_GE(RunUntilItRests(), 1);
  const RouteExplanation route = *store().Explain("giant");
  EXPECT_TRUE(
      std::any_of(route.steps.begin(), route.steps.end(), [](const auto& step) { return step.name == "spread"; }));
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan rests, store().PlanAutopilot(autopilot_));
  EXPECT_TRUE(rests.findings.empty());
  EXPECT_EQ(DumpOf(store()), before);
}

TEST_P(AutopilotTest, APlanChangesNothing) {
  Fill();
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan plan, store().PlanAutopilot(autopilot_));
  ASSERT_TRUE(plan.request);
  EXPECT_THAT(plan.request_words, HasSubstr("split shard-000"));
  EXPECT_THAT(plan.reason, HasSubstr("% of target_bytes"));
  EXPECT_EQ(plan.held_back, "");
  EXPECT_GT(plan.plan->transfers.at(0).bytes, 0U);
  ASSERT_OK_AND_ASSIGN(const auto job, store().Reshard());
  EXPECT_FALSE(job);
  EXPECT_TRUE(Entries().empty());
  EXPECT_CODE(store().PlanAutopilot({.target_bytes = 0}), StatusCode::kInvalidArgument);
}

TEST_P(AutopilotTest, AJobThatIsPausedIsLeftToTheOperator) {
  Fill();
  autopilot_.keep = hours{1};
  ASSERT_OK(store().RunAutopilot(autopilot_));
  ASSERT_OK(store().AwaitReshard(kLongEnough));
  ASSERT_OK(store().PauseReshard());
  clock().Advance(hours{2});
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan plan, store().RunAutopilot(autopilot_));
  EXPECT_TRUE(plan.request);
  EXPECT_THAT(plan.held_back, HasSubstr("a reshard job is under way"));
  ASSERT_EQ(Entries().size(), 1U);
  EXPECT_EQ(Entries()[0].outcome, AutopilotOutcome::kUnderWay);
  ASSERT_OK(store().RevertReshard());
  ASSERT_OK(store().AwaitReshard(kLongEnough));
  EXPECT_EQ(Entries()[0].outcome, AutopilotOutcome::kReverted);
  EXPECT_EQ(Entries()[0].ended_at, clock().Now());
}

TEST_P(AutopilotTest, WhatAnotherJobFollowedIsNotKnown) {
  Fill();
  ASSERT_OK(store().RunAutopilot(autopilot_));
  ASSERT_OK(store().AwaitReshard(kLongEnough));
  ASSERT_OK(store().StartReshard(ResizeShards{3}, {.share = 1}));
  ASSERT_OK(store().AwaitReshard(kLongEnough));
  EXPECT_EQ(Entries().at(0).outcome, AutopilotOutcome::kUnknown);
}

TEST_P(AutopilotTest, LooksAtWhatIsWritten) {
  autopilot_ = {.target_bytes = 1'000'000, .target_load = 1000, .merge_below = 0};
  Fill();
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan at_once, store().PlanAutopilot(autopilot_));
  EXPECT_FALSE(at_once.request) << at_once.reason;
  clock().Advance(std::chrono::seconds{5});
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan hot, store().PlanAutopilot(autopilot_));
  EXPECT_FALSE(hot.request);
  ASSERT_FALSE(hot.findings.empty());
  EXPECT_THAT(hot.findings[0].reason, HasSubstr("% of target_load; it holds so little"));
  autopilot_.target_bytes = 100'000;
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan split, store().PlanAutopilot(autopilot_));
  EXPECT_THAT(split.request_words, HasSubstr("split"));
  clock().Advance(hours{1});
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan later, store().PlanAutopilot(autopilot_));
  EXPECT_EQ(later.request_words, "none");
}

class AutopilotThreadTest : public AutopilotTest {
 protected:
  void SetUp() override {
    autopilot_.interval = std::chrono::milliseconds{1};
    autopilot_.quiet_period = std::chrono::milliseconds{0};
    options_.autopilot = autopilot_;
    AutopilotTest::SetUp();
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, AutopilotThreadTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(AutopilotThreadTest, WorksByItself) {
  Fill();
  const auto before = DumpOf(store());
  AwaitThat([&] { return Shards() > 6 && store().PlanAutopilot(autopilot_)->request_words == "none"; });
  EXPECT_EQ(DumpOf(store()), before);
  DeleteMost();
  const std::size_t splits = Entries().size();
  AwaitThat([&] { return Entries().size() > splits + 2; });
  ASSERT_OK_AND_ASSIGN(const AutopilotLog log, store().AutopilotLog());
  EXPECT_EQ(log.paused_reason, "");
}

TEST_P(AutopilotThreadTest, StopsWithTheStore) {
  Fill();
  AwaitThat([&] { return !Entries().empty(); });
  Close();
}

TEST(AutopilotOptionsTest, BadFieldsAreNamed) {
  EXPECT_FALSE(StoreOptions{}.autopilot) << "it is off unless it is asked for";
  EXPECT_OK(AutopilotOptions{}.Validate());
  const std::vector<std::pair<std::string, AutopilotOptions>> bad{
      {"target_bytes", {.target_bytes = 0}},
      {"split_above", {.split_above = 0}},
      {"split_above", {.split_above = 1.1}},
      {"merge_below", {.merge_below = 0.36}},
      {"merge_below", {.merge_below = -0.1}},
      {"min_shards", {.min_shards = 0}},
      {"max_shards", {.min_shards = 5, .max_shards = 4}},
      {"max_shards", {.max_shards = kMaxShards + 1}},
      {"interval", {.interval = std::chrono::milliseconds{0}}},
      {"interval", {.interval = hours{25}}},
      {"quiet_period", {.quiet_period = hours{-1}}},
      {"keep", {.keep = hours{-1}}},
      {"share", {.share = 0}},
  };
  for (const auto& [field, options] : bad) {
    EXPECT_THAT(options.Validate().message(), ::testing::StartsWith(field));
    EXPECT_EQ(StoreOptions{.autopilot = options}.Validate(), options.Validate());
  }
}

class AutopilotDiskTest : public DiskStoreTest {
 protected:
  static constexpr AutopilotOptions kAutopilot{.target_bytes = 10'000, .min_shards = 1, .budget = 12'000, .share = 1};

  void SetUp() override {
    options_.routing = RangeRouting{};
    DiskStoreTest::SetUp();
    for (int i = 0; i < 20; ++i) Post("channel-" + std::to_string(i), std::string(1000, 'x'));
    EXPECT_EQ(Run().held_back, "");
    EXPECT_OK(store().AwaitReshard(kLongEnough));
  }
  AutopilotPlan Run() {
    const auto plan = store().RunAutopilot(kAutopilot);
    EXPECT_OK(plan);
    return plan.value_or(AutopilotPlan{});
  }
  void ReopenAsItIs() {
    options_.routing.reset();
    Reopen();
  }
};

TEST_F(AutopilotDiskTest, TheQuietPeriodSurvivesReopening) {
  clock().Advance(minutes{20});
  ReopenAsItIs();
  EXPECT_EQ(Run().held_back, "quiet for another 40 min");
  ASSERT_OK_AND_ASSIGN(const AutopilotLog log, store().AutopilotLog());
  EXPECT_EQ(log.entries.size(), 1U);
}

TEST_F(AutopilotDiskTest, TheBudgetSurvivesReopening) {
  clock().Set(std::chrono::floor<std::chrono::days>(clock().Now()) + hours{36});
  EXPECT_EQ(Run().held_back, "");
  ASSERT_OK(store().AwaitReshard(kLongEnough));
  clock().Advance(hours{2});
  for (int i = 0; i < 20; ++i) Post("channel-" + std::to_string(i), std::string(1000, 'x'));
  ReopenAsItIs();
  ASSERT_OK_AND_ASSIGN(const AutopilotLog log, store().AutopilotLog());
  EXPECT_EQ(log.entries.size(), 2U);
  EXPECT_EQ(log.copied_today, log.entries[1].bytes);
  EXPECT_EQ(Run().held_back, "its copy does not fit in what is left of the day's budget");
  clock().Advance(hours{24});
  EXPECT_EQ(Run().held_back, "");
}

TEST_F(AutopilotDiskTest, ABulkLoadKeepsItAway) {
  clock().Advance(hours{24});
  auto load = store().BulkLoader();
  ASSERT_OK(load);
  EXPECT_CODE(store().RunAutopilot(kAutopilot), StatusCode::kBusy);
  ASSERT_OK_AND_ASSIGN(const AutopilotLog log, store().AutopilotLog());
  EXPECT_EQ(log.entries.size(), 1U);
  load->Cancel();
  EXPECT_EQ(Run().held_back, "");
  EXPECT_OK(store().AwaitReshard(kLongEnough));
}

TEST_F(AutopilotDiskTest, AReaderPlansAndDoesNothing) {
  clock().Advance(hours{1});
  options_.mode = OpenMode::kReadOnly;
  options_.autopilot = kAutopilot;
  ReopenAsItIs();
  ASSERT_OK_AND_ASSIGN(const AutopilotPlan plan, store().PlanAutopilot(kAutopilot));
  EXPECT_TRUE(plan.request);
  EXPECT_CODE(store().RunAutopilot(kAutopilot), StatusCode::kPermission);
}

class AutopilotFailureTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    options_.autopilot = AutopilotOptions{
        .target_bytes = 10'000, .min_shards = 1, .interval = std::chrono::milliseconds{1}, .budget = 0, .share = 1};
    EngineStoreTest::SetUp();
  }
};

TEST_F(AutopilotFailureTest, WhatCannotBeBegunPausesIt) {
  engine_->LeaveFree(0);
  for (int i = 0; i < 40; ++i) {
    ASSERT_OK(Post({.channel = "channel-" + std::to_string(i), .content = std::string(1000, 'x')}));
  }
  AwaitThat([&] { return !store_->autopilot().Log().paused_reason.empty(); });
  const AutopilotLog log = store_->autopilot().Log();
  EXPECT_THAT(log.paused_reason, HasSubstr("the disk has 0 MiB left"));
  ASSERT_EQ(log.entries.size(), 1U);
  EXPECT_EQ(log.entries[0].outcome, AutopilotOutcome::kFailed);
  EXPECT_EQ(log.entries[0].failure, log.paused_reason);
  EXPECT_EQ(log.copied_today, 0U);
  EXPECT_FALSE(store_->resharder().status());
}

}  // namespace
}  // namespace rookery::testing
