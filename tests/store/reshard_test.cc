// Reshard jobs: whatever is done to the shards, the store answers as before; and what is refused.
#include <gmock/gmock.h>

#include <cmath>
#include <future>
#include <string>
#include <vector>

#include "tests/store/reshard_fixture.h"

namespace rookery::testing {
namespace {

class ReshardTest : public ReshardFixture {};

struct CountingSink final : ScanSink {
  void BeginChannel(std::string_view /*channel*/) override {}
  ScanStep Take(const MessageView& /*message*/) override {
    ++messages;
    return ScanStep::kNext;
  }
  int messages = 0;
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReshardTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(ReshardTest, NothingChangesButWhereThingsAre) {
  const auto before = Dump();
  const Fingerprint print = Print();
  ASSERT_GT(before.size(), 900U);
  for (const ReshardRequest& request : Requests()) {
    ASSERT_NO_FATAL_FAILURE(Reshard(request));
    ASSERT_EQ(Dump(), before) << Job().request;
    EXPECT_EQ(Print(), print) << Job().request;
    const auto report = store().Verify();
    ASSERT_OK(report);
    for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.where << ": " << problem.what;
    ASSERT_FALSE(HasFailure()) << Job().request;
  }
  if (!durable()) return;
  ReopenAsItIs();
  EXPECT_EQ(Dump(), before);
}

TEST_P(ReshardTest, TheNewShardsAreThoseOfThePlan) {
  ASSERT_OK_AND_ASSIGN(const ReshardPlan plan, store().StartReshard(ResizeShards{9}, {.share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_OK_AND_ASSIGN(const StoreInfo info, store().Info());
  EXPECT_EQ(info.shards, 9U);
  EXPECT_EQ(info.shard_map_epoch.value, plan.epoch.value + 1);
  ASSERT_OK_AND_ASSIGN(const StoreStats stats, store().Stats());
  EXPECT_EQ(stats.shards.size(), 9U);
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
  std::uint64_t used = 0;
  for (const ShardCounts& shard : report.shards) used += shard.messages > 0 ? 1 : 0;
  // A directory leaves what there is where it is: new shards are for new channels.
  EXPECT_EQ(used, info.strategy == "directory" ? 4U : 9U);
}

TEST_P(ReshardTest, WhatIsWrittenWhileBothPlacesAreKeptIsInBoth) {
  ASSERT_OK(Start(ResizeShards{1}, {.keep = std::chrono::hours{1}, .share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_EQ(Job().phase, ReshardPhase::kSwitched);
  EXPECT_EQ(Shards(), 1U);
  Fill(1);
  ASSERT_OK_AND_ASSIGN(const ReshardProof proof, store().VerifyReshard());
  ASSERT_FALSE(proof.moves.empty());
  for (const ReshardComparison& move : proof.moves) {
    EXPECT_EQ(move.source, move.copy) << move.from.value << " to " << move.to.value;
    EXPECT_GT(move.source.rows, 0U);
  }
  EXPECT_EQ(proof.difference, "");
  const auto before = Dump();
  ASSERT_OK(store().RevertReshard());
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_EQ(Job().phase, ReshardPhase::kReverted);
  EXPECT_GE(Shards(), 4U);
  EXPECT_EQ(Dump(), before);
  if (!durable()) return;
  Reopen();  // as it was created
  EXPECT_EQ(Dump(), before);
}

TEST_P(ReshardTest, TheOldPlaceGoesWhenItsTimeHasCome) {
  ASSERT_OK(Start(ResizeShards{2}, {.keep = std::chrono::hours{1}, .share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_EQ(Job().drop_at, *Job().switched_at + std::chrono::hours{1});
  const auto before = Dump();
  clock().Advance(std::chrono::hours{2});
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_EQ(Job().phase, ReshardPhase::kDone);
  EXPECT_EQ(Dump(), before);
  EXPECT_CODE(store().RevertReshard(), StatusCode::kNotFound);
}

TEST_P(ReshardTest, ASnapshotSeesWhatItSawWhateverBecomesOfTheShards) {
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  const auto before = DumpOf(snapshot);
  for (const ReshardRequest& request :
       {ReshardRequest(ResizeShards{7}), ReshardRequest(ResizeShards{1}), ToAnotherStrategy()}) {
    ASSERT_NO_FATAL_FAILURE(Reshard(request));
    Fill(static_cast<int>(Shards()));
    ASSERT_EQ(DumpOf(snapshot), before) << Job().request;
  }
}

TEST_P(ReshardTest, AJobThatIsPausedGoesOnWhereItWas) {
  ASSERT_OK(Start(ResizeShards{2}, {.share = 0.1, .max_bytes_per_second = 10'000}));
  ASSERT_OK(store().PauseReshard());
  EXPECT_TRUE(Job().paused);
  ASSERT_NO_FATAL_FAILURE(Await());
  Fill(1);
  const auto before = Dump();
  if (durable()) {
    Reopen();  // nothing was switched
    EXPECT_TRUE(Job().paused);
    EXPECT_EQ(Dump(), before);
  }
  Fill(2);
  ASSERT_OK(store().RevertReshard());
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_EQ(Job().phase, ReshardPhase::kReverted) << Job().paused_reason;
  const auto all = Dump();
  ASSERT_NO_FATAL_FAILURE(Reshard(ResizeShards{2}));
  EXPECT_EQ(Dump(), all);
  EXPECT_EQ(Shards(), 2U);
}

TEST_P(ReshardTest, ThereIsOneJobAtATime) {
  ASSERT_OK(Start(ResizeShards{2}, {.keep = std::chrono::hours{1}, .share = 1}));
  EXPECT_CODE(Start(ResizeShards{3}), StatusCode::kBusy);
  EXPECT_CODE(store().Repair(), StatusCode::kBusy);
  EXPECT_CODE(store().BulkLoader(), StatusCode::kBusy);
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_OK(store().RevertReshard());
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_OK(store().BulkLoader());
  ASSERT_OK(store().Repair());
}

TEST_P(ReshardTest, ABulkLoadThatIsOpenKeepsJobsAway) {
  ASSERT_OK_AND_ASSIGN(auto loader, store().BulkLoader());
  EXPECT_CODE(Start(ResizeShards{2}), StatusCode::kBusy);
  loader.Cancel();
  EXPECT_OK(Start(ResizeShards{2}));
  ASSERT_NO_FATAL_FAILURE(Await());
}

TEST_P(ReshardTest, APlanForAnOlderEpochIsRefused) {
  ASSERT_OK_AND_ASSIGN(const ReshardPlan plan, store().PlanReshard(ResizeShards{2}));
  ASSERT_NO_FATAL_FAILURE(Reshard(ResizeShards{6}));
  const auto started = store().StartReshard(ResizeShards{2}, {.epoch = plan.epoch});
  ASSERT_EQ(started.status().code(), StatusCode::kConflict);
  EXPECT_EQ(started.error().current_version(), plan.epoch.value + 1);
  ASSERT_OK(store().StartReshard(ResizeShards{2}, {.epoch = Epoch{plan.epoch.value + 1}, .share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
}

TEST_P(ReshardTest, NothingIsDoneWhereNothingChanges) {
  ASSERT_OK_AND_ASSIGN(const ReshardPlan plan, store().StartReshard(ResizeShards{Shards()}));
  EXPECT_FALSE(plan.changes);
  ASSERT_OK_AND_ASSIGN(const auto job, store().Reshard());
  EXPECT_FALSE(job);
  EXPECT_CODE(store().PauseReshard(), StatusCode::kNotFound);
  EXPECT_CODE(store().ResumeReshard(), StatusCode::kNotFound);
  EXPECT_CODE(store().RevertReshard(), StatusCode::kNotFound);
}

TEST_P(ReshardTest, AStoreCanBeVerifiedInEveryPhase) {
  ASSERT_OK(Start(ResizeShards{2}, {.share = 0.3}));
  bool ended = false;
  while (!ended) {
    const ReshardPhase phase = Job().phase;
    ASSERT_FALSE(Job().paused) << Job().paused_reason;
    ended = phase == ReshardPhase::kDone;
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store().Verify());
    for (const VerifyProblem& problem : report.problems) {
      ADD_FAILURE() << ReshardPhaseName(phase) << ": " << problem.where << ": " << problem.what;
    }
    ASSERT_FALSE(HasFailure());
  }
}

TEST_P(ReshardTest, AnIngestorOutlivesJobs) {
  ASSERT_OK_AND_ASSIGN(auto ingestor, store().Ingestor());
  std::vector<std::future<Result<Posted>>> answers;
  const auto post_to_new_channels = [&](int round) {
    for (int i = 0; i < 50; ++i) {
      const std::string channel = std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(round * 100 + i);
      for (const char* const text : {"hello", "again"}) {
        answers.push_back(ingestor.Post({.channel = channel, .author = "ada", .content = text}));
      }
    }
    ASSERT_OK(ingestor.Flush(kPatience));
    EXPECT_EQ(Contents(History("b" + std::to_string(round * 100 + 1))), (std::vector<std::string>{"again", "hello"}));
  };
  int round = 0;
  for (const ReshardRequest& request : {ReshardRequest(ResizeShards{2}), ReshardRequest(ResizeShards{8})}) {
    ASSERT_NO_FATAL_FAILURE(Reshard(request));
    ASSERT_NO_FATAL_FAILURE(post_to_new_channels(++round));
  }
  ASSERT_OK(ingestor.Stop());
  for (auto& answer : answers) ASSERT_OK(answer.get());
  const auto before = Dump();
  if (durable()) ReopenAsItIs();
  EXPECT_EQ(Dump(), before);
}

TEST_P(ReshardTest, AnOldSnapshotDoesNotKnowTheChannelsOfNewShards) {
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, store().TakeSnapshot());
  ASSERT_NO_FATAL_FAILURE(Reshard(ResizeShards{9}));
  std::vector<std::string> channels;
  for (int i = 0; i < 40; ++i) Post(channels.emplace_back("later " + std::to_string(i)), "x");
  ASSERT_OK_AND_ASSIGN(Scan scan, snapshot.StartScan({.channels = channels}));
  CountingSink sink;
  ASSERT_OK(scan.Read(&sink));
  EXPECT_EQ(sink.messages, 0);
  ASSERT_OK_AND_ASSIGN(Scan now, store().StartScan({.channels = channels}));
  ASSERT_OK(now.Read(&sink));
  EXPECT_EQ(sink.messages, 40);
}

TEST_P(ReshardTest, AJobThatIsToGoBackPlacesChannelsWhereTheyCanStay) {
  if (!durable()) GTEST_SKIP() << "nothing is there after reopening";
  ASSERT_OK(Start(ResizeShards{9}, {.keep = std::chrono::hours{1}, .share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_OK(store().RevertReshard());
  options_.resume_reshard = false;
  ReopenAsItIs();
  Fill(1);
  const auto before = Dump();
  if (Job().phase == ReshardPhase::kRevert) {
    ASSERT_OK(store().ResumeReshard());
  }
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_EQ(Dump(), before);
  ReopenAsItIs();
  EXPECT_EQ(Dump(), before);
}

TEST_P(ReshardTest, AReadOnlyStoreKnowsOfBothPlaces) {
  if (!durable()) GTEST_SKIP() << "nothing is there after reopening";
  ASSERT_OK(Start(ResizeShards{2}, {.keep = std::chrono::hours{1}, .share = 1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  const auto before = Dump();
  options_.mode = OpenMode::kReadOnly;
  ReopenAsItIs();
  EXPECT_EQ(Dump(), before);
  EXPECT_FALSE(Job().working);
  EXPECT_GT(Job().rows_copied, 0U);
  ASSERT_OK_AND_ASSIGN(const ReshardProof proof, store().VerifyReshard());
  EXPECT_FALSE(proof.moves.empty());
  EXPECT_EQ(proof.difference, "");
}

TEST_P(ReshardTest, BadOptionsAreRefused) {
  EXPECT_CODE(Start(ResizeShards{2}, {.share = 0}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Start(ResizeShards{2}, {.share = 1.5}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Start(ResizeShards{2}, {.share = 1e-7}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Start(ResizeShards{2}, {.share = std::nan("")}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Start(ResizeShards{2}, {.keep = std::chrono::milliseconds{-1}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(Start(MergeShards{ShardId{4000}, ShardId{0}}), StatusCode::kInvalidArgument);
}

TEST_P(ReshardTest, ChannelsThatAppearMeanwhileArePlacedForBothMaps) {
  std::vector<ReshardRequest> requests{ResizeShards{2}, ResizeShards{8}};
  for (int i = 0; i < 4; ++i) {
    const ReshardRequest request = i < 2 ? requests[static_cast<std::size_t>(i)] : ToAnotherStrategy();
    // Longer than what Fill moves the clock by.
    ASSERT_OK(Start(request, {.keep = std::chrono::hours{24}, .share = 1}));
    Fill(10);
    ASSERT_NO_FATAL_FAILURE(Await());
    Fill(11);
    const auto before = Dump();
    ASSERT_OK(store().RevertReshard());
    ASSERT_NO_FATAL_FAILURE(Await());
    ASSERT_EQ(Dump(), before) << Job().request;
    ASSERT_NO_FATAL_FAILURE(Reshard(request));
    ASSERT_EQ(Dump(), before) << Job().request;
  }
}

}  // namespace
}  // namespace rookery::testing
