// A batch that brings rows of the catalog holds up no other while it is written.
#include <atomic>
#include <chrono>
#include <future>

#include "tests/store/engine_fixture.h"
#include "tests/support/gate.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;

class GrowingRowsTest : public EngineStoreTest {
 protected:
  void SetUp() override {
    EngineStoreTest::SetUp();
    ASSERT_OK(Post());  // brings a horizon a second ahead, and the loads
  }
  Result<MessageId> Post() { return EngineStoreTest::Post({.channel = "c", .content = "x"}); }

  /// Posts while another post stands in the midst of its write.
  void PostBesideABlockedOne() {
    Gate door;
    std::atomic<bool> held{false};
    engine_->BeforeEachWrite([&] {
      if (!held.exchange(true)) door.Pass();
    });
    auto blocked = std::async(std::launch::async, [this] { return Post(); });
    ASSERT_TRUE(door.AwaitVisitors(1));
    auto beside = std::async(std::launch::async, [this] { return Post(); });
    EXPECT_EQ(beside.wait_for(kLongEnough), std::future_status::ready);
    door.Open();
    EXPECT_OK(blocked.get());
    EXPECT_OK(beside.get());
    engine_->BeforeEachWrite(nullptr);
  }
};

TEST_F(GrowingRowsTest, NobodyWaitsForWhoBringsTheNextHorizon) {
  const auto horizon = CatalogRow("\x03");
  clock_->Advance(milliseconds{600});
  PostBesideABlockedOne();
  EXPECT_NE(CatalogRow("\x03"), horizon) << "the blocked one brought it";
}

TEST_F(GrowingRowsTest, NobodyWaitsForWhoBringsTheLoads) {
  clock_->Advance(milliseconds{600});
  ASSERT_OK(Post());  // the next horizon
  clock_->Advance(milliseconds{450});
  PostBesideABlockedOne();
}

}  // namespace
}  // namespace rookery::testing
