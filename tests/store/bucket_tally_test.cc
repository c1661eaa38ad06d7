// What a load adds to each bucket, counted as its rows go by.
#include "store/bulk/bucket_tally.h"

#include <gmock/gmock.h>

#include "engine/memory/memory_engine.h"
#include "tests/support/status_matchers.h"

namespace rookery::store::bulk {
namespace {

using ::testing::ElementsAre;

constexpr std::uint64_t kWidth = 1000;

class BucketTallyTest : public ::testing::Test {
 protected:
  BucketTallyTest() : engine_(engine::NewMemoryEngine()), intake_(engine_->NewIntake().value()) {}

  static MessageId IdAt(std::uint64_t ms, std::uint64_t low = 0) {
    return MessageId{ms << MessageId::kTimeShift | low};
  }
  std::vector<std::string> All() {
    std::vector<std::string> lines;
    EXPECT_OK(tally_.VisitAll([&](const NewBucket& bucket) -> Status {
      lines.push_back(std::string(bucket.prefix) + " " + std::to_string(bucket.bucket) + " " +
                      std::to_string(bucket.count) + " " +
                      std::to_string(bucket.lowest.value >> MessageId::kTimeShift) + "-" +
                      std::to_string(bucket.highest.value >> MessageId::kTimeShift));
      return {};
    }));
    return lines;
  }

  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Intake> intake_;
  BucketTally tally_{intake_.get(), BucketRule(std::chrono::milliseconds{kWidth})};
};

TEST_F(BucketTallyTest, CountsByChannelAndBucket) {
  ASSERT_OK(tally_.BeginChannel("a"));
  for (const std::uint64_t ms : {2500, 2001, 2000, 1999, 5}) ASSERT_OK(tally_.Add(IdAt(ms), 10));
  ASSERT_OK(tally_.BeginChannel("none"));
  ASSERT_OK(tally_.BeginChannel("b"));
  ASSERT_OK(tally_.Add(IdAt(5), 10));
  ASSERT_OK(tally_.Finish());
  EXPECT_THAT(All(), ElementsAre("a 2 3 2000-2500", "a 1 1 1999-1999", "a 0 1 5-5", "b 0 1 5-5"));
}

TEST_F(BucketTallyTest, MoreThanFitsIntoMemoryIsGivenBackWhole) {
  constexpr std::uint64_t kChannels = 3000;
  for (std::uint64_t channel = 0; channel < kChannels; ++channel) {
    ASSERT_OK(tally_.BeginChannel("channel-" + std::to_string(channel)));
    ASSERT_OK(tally_.Add(IdAt(5 * kWidth + channel), 10));
    ASSERT_OK(tally_.Add(IdAt(channel / 10), 10));
  }
  ASSERT_OK(tally_.Finish());
  const auto lines = All();
  ASSERT_EQ(lines.size(), 2 * kChannels);
  EXPECT_EQ(lines[2], "channel-1 5 1 5001-5001");
  EXPECT_EQ(lines.back(), "channel-2999 0 1 299-299");
}

TEST_F(BucketTallyTest, AnErrorEndsTheVisit) {
  ASSERT_OK(tally_.BeginChannel("a"));
  ASSERT_OK(tally_.Add(IdAt(5000), 10));
  ASSERT_OK(tally_.Add(IdAt(5), 10));
  ASSERT_OK(tally_.Finish());
  int visits = 0;
  const Status stop(StatusCode::kIoError, "enough");
  EXPECT_CODE(tally_.VisitAll([&](const NewBucket&) { return ++visits, stop; }), StatusCode::kIoError);
  EXPECT_EQ(visits, 1);
}

TEST_F(BucketTallyTest, DiscardForgetsEverything) {
  ASSERT_OK(tally_.BeginChannel("a"));
  ASSERT_OK(tally_.Add(IdAt(5000), 10));
  tally_.Discard();
  ASSERT_OK(tally_.BeginChannel("b"));
  ASSERT_OK(tally_.Add(IdAt(5), 10));
  ASSERT_OK(tally_.Finish());
  EXPECT_THAT(All(), ElementsAre("b 0 1 5-5"));
}

}  // namespace
}  // namespace rookery::store::bulk
