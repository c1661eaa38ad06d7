// Reshard jobs that are paused, sent back or lied to just where it matters, on an engine that the test holds.
#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "codec/key_format.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Ne;

/// Does something once when a job says so, in the job's thread.
class Cue final : public Logger {
 public:
  void At(std::string line, std::function<void()> action) {
    const std::lock_guard lock(mutex_);
    line_ = std::move(line);
    action_ = std::move(action);
  }
  void Log(LogLevel /*level*/, std::string_view /*component*/, std::string_view message) noexcept override {
    std::function<void()> action;
    {
      const std::lock_guard lock(mutex_);
      if (message != line_ || !action_) return;
      action = std::exchange(action_, nullptr);
    }
    action();
  }

 private:
  std::mutex mutex_;
  std::string line_;
  std::function<void()> action_;
};

class ReshardFaultTest : public EngineStoreTest {
 protected:
  static constexpr int kChannels = 50;

  void SetUp() override {
    options_.logger = cue_;
    Create(HashRouting{.shards = 2});
    options_.routing.reset();  // the shards will change
    for (int i = 0; i < kChannels; ++i) {
      for (int j = 0; j <= i % 5; ++j) ASSERT_OK(Post({.channel = Name(i), .author = "ada", .content = "hello"}));
    }
  }
  static std::string Name(int i) { return "channel-" + std::to_string(i); }

  store::Resharder& resharder() { return store_->resharder(); }
  Status Start(const ReshardRequest& request = ResizeShards{5}, std::chrono::milliseconds keep = hours{0}) {
    return resharder().Start(request, {.keep = keep, .share = 1}).status();
  }
  /// Every channel loses its first message and gets another one.
  void ReplaceOldest() {
    for (int i = 0; i < kChannels; ++i) {
      const auto page = store_->reads().History(Name(i), {.limit = 1, .order = Order::kOldestFirst}, nullptr);
      ASSERT_OK(page);
      ASSERT_FALSE(page->empty());
      ASSERT_OK(store_->messages().Delete(Name(i), (*page)[0].id(), {}));
      ASSERT_OK(Post({.channel = Name(i), .author = "bob", .content = "another"}));
    }
  }
  /// Where a new message of the channel goes.
  std::vector<std::string> PlacesOfNewMessage(const std::string& channel) {
    const auto id = Post({.channel = channel, .author = "bob", .content = "where?"});
    EXPECT_OK(id);
    std::vector<std::string> places;
    for (const std::string& name : rows_->ListKeyspaces()) {
      const auto row = rows_->Get(*rows_->FindKeyspace(name), codec::MessageKeyOf(channel, *id), nullptr);
      if (row && *row != nullptr) places.push_back(name);
    }
    EXPECT_TRUE(*store_->messages().Delete(channel, *id, {}));
    return places;
  }
  void Await() { ASSERT_OK(resharder().Await(std::chrono::minutes{1})); }
  ReshardStatus Job() { return resharder().status().value_or(ReshardStatus{}); }
  void EndsAs(ReshardPhase phase) {
    ASSERT_NO_FATAL_FAILURE(Await());
    EXPECT_EQ(ReshardPhaseName(Job().phase), ReshardPhaseName(phase)) << Job().paused_reason;
    Sound();
  }
  void Sound() {
    for (int i = 0; i < kChannels; ++i) {
      const auto size = store_->SizeOf(Name(i));
      ASSERT_OK(size);
      EXPECT_EQ(size->messages, static_cast<std::uint64_t>(i % 5 + 1)) << Name(i);
    }
    const auto report = store_->Verify({});
    ASSERT_OK(report);
    for (const VerifyProblem& problem : report->problems) ADD_FAILURE() << problem.where << ": " << problem.what;
    EXPECT_EQ(report->messages, static_cast<std::uint64_t>(kChannels / 5 * 15));
  }
  /// Some row of the shard goes behind the store's back.
  void LoseRowOf(std::string_view shard) {
    const auto keyspace = *rows_->FindKeyspace(shard);
    const auto cursor = rows_->NewCursor(keyspace, {});
    cursor->SeekToFirst();
    ASSERT_TRUE(cursor->valid());
    const auto batch = rows_->NewBatch();
    batch->Delete(keyspace, cursor->key());
    ASSERT_OK(rows_->Write(*batch, /*sync=*/false));
  }
  /// Some message of the shard is there once more, by another id, behind the store's back.
  void AddRowTo(std::string_view shard) {
    const auto keyspace = *rows_->FindKeyspace(shard);
    const auto cursor = rows_->NewCursor(keyspace, {});
    cursor->SeekToFirst();
    ASSERT_TRUE(cursor->valid());
    const auto key = codec::DecodeKey(cursor->key());
    ASSERT_TRUE(key && key->kind == codec::KeyKind::kMessage);
    const auto batch = rows_->NewBatch();
    batch->Put(keyspace, codec::MessageKeyOf(key->channel, MessageId{key->id.value + 1}), cursor->value());
    ASSERT_OK(rows_->Write(*batch, /*sync=*/false));
  }
  /// The process dies once `line` is said: whatever the job is about to write is not.
  void DieAt(const std::string& line) {
    cue_->At(line, [this] { engine_->FailWrites({StatusCode::kIoError, "the process is gone"}); });
  }

  std::shared_ptr<Cue> cue_ = std::make_shared<Cue>();
};

// --- Pausing -------------------------------------------------------------------------------------------------------

TEST_F(ReshardFaultTest, APhaseThatIsPausedAtItsEndIsNotLeft) {
  const std::pair<std::string, ReshardPhase> ends[] = {{"copied some", ReshardPhase::kBackfill},
                                                       {"both places are the same", ReshardPhase::kCompare},
                                                       {"swept", ReshardPhase::kDrop}};
  std::uint32_t shards = 2;
  for (const auto& [line, phase] : ends) {
    cue_->At(line, [this] { EXPECT_OK(resharder().PauseJob()); });
    ASSERT_OK(Start(ResizeShards{++shards}));
    ASSERT_NO_FATAL_FAILURE(Await());
    EXPECT_TRUE(Job().paused);
    EXPECT_EQ(ReshardPhaseName(Job().phase), ReshardPhaseName(phase));
    EXPECT_EQ(Job().paused_reason, "");
    ASSERT_OK(resharder().ResumeJob());
    ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kDone));
    EXPECT_EQ(store_->info().shards, shards);
  }
}

TEST_F(ReshardFaultTest, ASweepThatWasCutShortGivesAllItsSpaceBack) {
  const auto sweeping = std::make_shared<std::atomic<bool>>(false);  // closing the store writes, too
  cue_->At("writes go to one place", [sweeping] { *sweeping = true; });
  engine_->BeforeEachWrite([this, sweeping] {
    if (!sweeping->exchange(false)) return;
    EXPECT_OK(resharder().PauseJob());
  });
  ASSERT_OK(Start());
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_TRUE(Job().paused);
  ASSERT_EQ(Job().phase, ReshardPhase::kDrop);
  EXPECT_TRUE(engine_->reclaimed().empty());
  ASSERT_OK(resharder().ResumeJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kDone));
  // Of both shards that gave channels away, from before their first row to behind their last.
  ASSERT_EQ(engine_->reclaimed().size(), 2U);
  const std::string first = codec::MessageKeyOf(Name(0), MessageId{MessageId::kMax});
  for (const auto& [lower, upper] : engine_->reclaimed()) {
    EXPECT_LT(lower, first);
    EXPECT_EQ(upper, "\xff");
  }
}

// --- Copying -------------------------------------------------------------------------------------------------------

TEST_F(ReshardFaultTest, WhatCopyingHasNotComeToIsWrittenOnce) {
  cue_->At("copied some", [this] { EXPECT_OK(resharder().PauseJob()); });
  ASSERT_OK(Start());
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_EQ(Job().phase, ReshardPhase::kBackfill);
  ASSERT_GT(Job().rows_copied, 0U);
  ASSERT_NO_FATAL_FAILURE(ReplaceOldest());
  std::set<std::vector<std::string>> places;
  for (int i = 0; i < kChannels; ++i) places.insert(PlacesOfNewMessage(Name(i)));
  EXPECT_EQ(places.erase({"shard-0000"}), 1U);  // stays
  EXPECT_EQ(places.erase({"shard-0001"}), 1U);  // stays, or is copied later
  EXPECT_FALSE(places.empty());
  for (const auto& two : places) EXPECT_THAT(two, ElementsAre("shard-0000", Ne("shard-0001")));
  options_.resume_reshard = false;
  CrashAndReopen();
  ASSERT_NO_FATAL_FAILURE(ReplaceOldest());
  ASSERT_OK(resharder().ResumeJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kDone));
}

TEST_F(ReshardFaultTest, WhatIsWrittenTwiceIsSoAfterACrashBeforeItsFirstCopy) {
  std::atomic<int> writes{0};
  cue_->At("writes go to both places", [&] { writes = 1; });
  // After that come the phase, how far copying is, and the first copies, which fail.
  engine_->BeforeEachWrite([&] {
    if (writes == 0 || ++writes <= 3) return;
    engine_->FailWrites({StatusCode::kIoError, "the process is gone"});
  });
  ASSERT_OK(Start(SplitShard{ShardId{1}, ""}));
  ASSERT_NO_FATAL_FAILURE(Await());
  engine_->BeforeEachWrite({});
  options_.resume_reshard = false;
  CrashAndReopen();
  ASSERT_EQ(Job().phase, ReshardPhase::kBackfill);
  ASSERT_EQ(Job().rows_copied, 0U);
  std::set<std::vector<std::string>> places;
  for (int i = 0; i < kChannels; ++i) places.insert(PlacesOfNewMessage(Name(i)));
  EXPECT_TRUE(places.contains({"shard-0001", "shard-0002"}));
  ASSERT_OK(resharder().ResumeJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kDone));
}

// --- Comparing -----------------------------------------------------------------------------------------------------

TEST_F(ReshardFaultTest, WhatIsNotTheSameIsCopiedAgain) {
  cue_->At("all is copied", [this] { LoseRowOf("shard-0003"); });
  ASSERT_OK(Start(ResizeShards{5}, hours{1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_TRUE(Job().paused);
  EXPECT_EQ(Job().phase, ReshardPhase::kBackfill);
  EXPECT_THAT(Job().paused_reason, HasSubstr("to shard-0003); resume the job to copy all again, or revert it"));
  EXPECT_EQ(Job().rows_copied, 0U);
  Sound();
  // Also while nothing is copied yet: what went wrong is still there, and is to be kept up.
  ASSERT_NO_FATAL_FAILURE(ReplaceOldest());
  options_.resume_reshard = false;
  CrashAndReopen();
  ASSERT_NO_FATAL_FAILURE(ReplaceOldest());
  ASSERT_OK(resharder().ResumeJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kSwitched));
  EXPECT_GT(Job().rows_copied, 0U);
  ASSERT_OK_AND_ASSIGN(const ReshardProof proof, resharder().Verify({}));
  EXPECT_EQ(proof.difference, "");
  ASSERT_FALSE(proof.moves.empty());
  for (const ReshardComparison& move : proof.moves) EXPECT_EQ(move.source, move.copy);
}

TEST_F(ReshardFaultTest, WhatIsInTheCopyAloneGoesBeforeAllIsCopiedAgain) {
  cue_->At("all is copied", [this] { AddRowTo("shard-0003"); });
  ASSERT_OK(Start(ResizeShards{5}, hours{1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  EXPECT_TRUE(Job().paused);
  EXPECT_THAT(Job().paused_reason, HasSubstr("is only in the copy"));
  ASSERT_OK(resharder().ResumeJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kSwitched));
}

TEST_F(ReshardFaultTest, WhatIsNotTheSameCanGoBack) {
  cue_->At("all is copied", [this] { LoseRowOf("shard-0003"); });
  ASSERT_OK(Start());
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_TRUE(Job().paused);
  ASSERT_OK(resharder().RevertJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kReverted));
  EXPECT_EQ(store_->info().shards, 2U);
}

// --- Room ----------------------------------------------------------------------------------------------------------

TEST_F(ReshardFaultTest, AShardThatIsInTheWayIsRefused) {
  ASSERT_OK(rows_->CreateKeyspaces(std::vector<std::string>{"shard-0002"}));
  const auto keyspace = *rows_->FindKeyspace("shard-0002");
  const auto batch = rows_->NewBatch();
  batch->Put(keyspace, "somebody's", "row");
  ASSERT_OK(rows_->Write(*batch, /*sync=*/false));
  const Status refused = Start();
  EXPECT_EQ(refused.code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(refused.message(), HasSubstr("shard-0002 is not of the shard map, and not empty"));
  EXPECT_FALSE(resharder().status());
  EXPECT_EQ(store_->info().shards, 2U);
  Sound();
}

TEST_F(ReshardFaultTest, AnEmptyShardIsNotInTheWay) {
  ASSERT_OK(rows_->CreateKeyspaces(std::vector<std::string>{"shard-0002"}));
  ASSERT_OK(Start());
  EndsAs(ReshardPhase::kDone);
}

TEST_F(ReshardFaultTest, TheCopyHasToFitOnTheDisk) {
  ASSERT_OK_AND_ASSIGN(const ReshardPlan plan, resharder().Plan(ResizeShards{5}));
  std::uint64_t bytes = 0;
  for (const ShardTransfer& transfer : plan.transfers) bytes += transfer.bytes;
  ASSERT_GT(bytes, 1000U);
  engine_->LeaveFree(bytes + bytes / 2 - 1);
  const Status refused = Start();
  EXPECT_EQ(refused.code(), StatusCode::kNoSpace);
  EXPECT_THAT(refused.message(), HasSubstr("make room, or move less at a time"));
  EXPECT_FALSE(resharder().status());
  engine_->LeaveFree(bytes + bytes / 2);
  ASSERT_OK(Start());
  EndsAs(ReshardPhase::kDone);
}

// --- Going back after a crash ----------------------------------------------------------------------------------------

TEST_F(ReshardFaultTest, AJobThatHadNotBegunSaysWhyItWentBack) {
  DieAt("planned: resize to 5 shards");
  EXPECT_CODE(Start(), StatusCode::kIoError);
  options_.resume_reshard = false;
  CrashAndReopen();
  ASSERT_OK(resharder().ResumeJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kReverted));
  EXPECT_THAT(Job().paused_reason, HasSubstr("cut short before anything was copied"));
}

TEST_F(ReshardFaultTest, ACrashBeforeItWentBackFromBothPlacesGoesBack) {
  cue_->At("copied some", [this] { EXPECT_OK(resharder().PauseJob()); });
  ASSERT_OK(Start());
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_EQ(Job().phase, ReshardPhase::kBackfill);
  DieAt("going back");
  ASSERT_OK(resharder().RevertJob());
  ASSERT_NO_FATAL_FAILURE(Await());
  CrashAndReopen();
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kReverted));
  EXPECT_EQ(store_->info().shards, 2U);
  EXPECT_EQ(store_->info().shard_map_epoch, Epoch{3});
}

TEST_F(ReshardFaultTest, ACrashBeforeItWentBackFromTheNewPlaceGoesBack) {
  ASSERT_OK(Start(ResizeShards{5}, hours{1}));
  ASSERT_NO_FATAL_FAILURE(Await());
  ASSERT_EQ(Job().phase, ReshardPhase::kSwitched);
  DieAt("going back");
  ASSERT_OK(resharder().RevertJob());
  ASSERT_NO_FATAL_FAILURE(Await());
  options_.resume_reshard = false;
  CrashAndReopen();
  EXPECT_EQ(store_->info().shards, 5U);
  Sound();
  ASSERT_OK(resharder().ResumeJob());
  ASSERT_NO_FATAL_FAILURE(EndsAs(ReshardPhase::kReverted));
  EXPECT_EQ(store_->info().shards, 2U);
}

}  // namespace
}  // namespace rookery::testing
