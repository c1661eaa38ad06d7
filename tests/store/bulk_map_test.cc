// The bucket map while a load becomes visible: it is not complete for a moment, and nobody takes that for damage.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "engine/memory/memory_engine.h"
#include "store/bulk/bulk_load.h"
#include "store/store_impl.h"
#include "tests/store/bulk_fixture.h"
#include "tests/support/faulty_engine.h"

namespace rookery::testing {
namespace {

class BulkMapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string id(32, 'a');
    ASSERT_OK(store::InitializeStore(engine_.get(), {1, id}, {.routing = HashRouting{.shards = 3}}));
    Open();
  }
  void Open() {
    StoreInfo info;
    info.store_id = std::string(32, 'a');
    info.epoch = options_.ids.epoch;
    auto engine = std::make_unique<FaultyEngine>(engine_);
    faulty_ = engine.get();
    ASSERT_OK_AND_ASSIGN(store_, store::StoreImpl::Open({std::move(engine), options_, info, clock_}));
  }

  /// `count` messages with ids and contents of their own.
  static OwnedMessages Messages(std::uint64_t first, std::size_t count) {
    OwnedMessages messages = DistinctMessages(count, 60);
    for (OwnedMessage& message : messages) message.id.value += first;
    return messages;
  }
  Status Load(const OwnedMessages& messages) {
    auto load = store::bulk::BulkLoad::Start(store_.get(), {});
    if (!load) return load.status();
    for (const OwnedMessage& message : messages) {
      const NewMessage view = message.view();
      RK_TRY((*load)->Add({&view, 1}, {}));
    }
    return (*load)->Finish().status();
  }
  /// Calls `beside` again and again while `rounds` loads are made, mostly while the map is not complete.
  void LoadBeside(const std::function<void()>& beside, std::uint64_t rounds) {
    faulty_->BeforeEachWrite([this] {
      for (int i = 0; i < 200 && !store_->context().buckets->complete(); ++i) std::this_thread::yield();
    });
    std::atomic<bool> loading{true};
    std::thread other([&] {
      while (loading) beside();
    });
    for (std::uint64_t round = 0; round < rounds; ++round) EXPECT_OK(Load(Messages(round, 120)));
    loading = false;
    other.join();
  }
  void ExpectSound() {
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store_->Verify({}));
    for (const VerifyProblem& problem : report.problems) ADD_FAILURE() << problem.where << ": " << problem.what;
  }

  /// Does `action` once, before the first write that tells the map of a load.
  void WhenToldToTheMap(std::function<void()> action) {
    faulty_->BeforeEachWrite([this, action = std::move(action)] {
      if (!store_->context().buckets->complete() && ++writes_without_map_ == 1) action();
    });
  }
  void ExpectOnlyTheMapToMend() {
    EXPECT_GE(writes_without_map_, 1);
    ASSERT_OK_AND_ASSIGN(const VerifyReport report, store_->Verify({}));
    EXPECT_EQ(report.messages, 120U);
    ASSERT_EQ(report.problem_count, 1U);
    EXPECT_EQ(report.problems[0].where, "the bucket map");
  }

  std::shared_ptr<engine::Engine> engine_ = engine::NewMemoryEngine();
  FaultyEngine* faulty_ = nullptr;  // of store_
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  StoreOptions options_;
  std::unique_ptr<store::StoreImpl> store_;
  std::atomic<int> writes_without_map_{0};
};

TEST_F(BulkMapTest, VerifyBesideALoadSeesNoDamage) {
  LoadBeside([this] { ExpectSound(); }, 10);
}

TEST_F(BulkMapTest, ARepairBesideALoadLeavesASoundMap) {
  LoadBeside([this] { EXPECT_OK(store_->Repair({})); }, 10);
  ExpectSound();
  EXPECT_EQ(store_->Repair({})->buckets_mended, 0U);
}

TEST_F(BulkMapTest, ALoadStandsThoughAWriteToTheMapFails) {
  WhenToldToTheMap([this] { faulty_->FailWrites({StatusCode::kIoError, "the disk is gone"}); });
  EXPECT_OK(Load(Messages(0, 120)));
  EXPECT_FALSE(store_->committer().unavailable_reason().empty());
  ExpectOnlyTheMapToMend();
}

TEST_F(BulkMapTest, ALoadThatTheEngineRefusesLeavesTheMapInUse) {
  options_.write_timeout = std::chrono::milliseconds{0};
  store_.reset();
  Open();
  bool loaded = false;
  for (int nth = 1; !loaded; ++nth) {
    ASSERT_LT(nth, 100);
    faulty_->BeforeEachWrite([this, left = nth]() mutable {
      if (--left != 0) return;
      engine::StallReport stopped;
      stopped.state = StallState::kStopped;
      faulty_->StallBy(stopped);
    });
    const Status status = Load(Messages(0, 120));
    faulty_->BeforeEachWrite([] {});
    faulty_->Unstall();
    loaded = status.ok();
    if (loaded) break;
    EXPECT_CODE(status, StatusCode::kBusy);
    EXPECT_TRUE(store_->context().buckets->complete()) << nth;
    ExpectSound();
  }
}

TEST_F(BulkMapTest, ALoadStandsThoughTheEngineIsTooBusyForTheMap) {
  options_.write_timeout = std::chrono::milliseconds{0};
  store_.reset();
  Open();
  WhenToldToTheMap([this] {
    engine::StallReport stopped;
    stopped.state = StallState::kStopped;
    faulty_->StallBy(stopped);
  });
  EXPECT_OK(Load(Messages(0, 120)));
  ExpectOnlyTheMapToMend();
  faulty_->Unstall();
  ASSERT_OK(store_->Repair({}));
  ExpectSound();
}

}  // namespace
}  // namespace rookery::testing
