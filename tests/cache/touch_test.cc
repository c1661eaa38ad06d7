#include "cache/touch.h"

#include <gtest/gtest.h>

#include "cache/split_mix.h"

namespace rookery::cache {
namespace {

class TouchTest : public ::testing::Test {
 protected:
  void TearDown() override { Entry::Delete(entry_); }

  bool Hit(Touch touch, std::uint32_t clock = 0, std::uint32_t random = 0) {
    return ApplyTouch(touch, entry_, clock, random);
  }
  std::uint32_t use() const { return entry_->use.load(); }

  Entry* entry_ = Entry::New("key", "value", EntryKind::kValue);
};

TEST_F(TouchTest, NothingIsWrittenForPoliciesThatIgnoreHits) {
  EXPECT_FALSE(Hit(Touch::kNone, 5, 5));
  EXPECT_FALSE(Hit(Touch::kOrder, 5, 5));
  EXPECT_EQ(use(), 0U);
}

TEST_F(TouchTest, SaturatingCountsToThreeAndIsNotWrittenAgain) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Hit(Touch::kSaturating));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Hit(Touch::kSaturating));
  EXPECT_EQ(use(), 3U);
}

TEST_F(TouchTest, TickIsWrittenOncePerTick) {
  EXPECT_TRUE(Hit(Touch::kTick, 9));
  EXPECT_FALSE(Hit(Touch::kTick, 9));
  EXPECT_TRUE(Hit(Touch::kTick, 10));
  EXPECT_EQ(use(), 10U);
}

TEST_F(TouchTest, FrequencyRemembersTheAge) {
  EXPECT_TRUE(Hit(Touch::kFrequency, 77));
  EXPECT_EQ(FrequencyUse(use()).age(), 77U);
  EXPECT_EQ(FrequencyUse(use()).count(), 1U);
}

TEST_F(TouchTest, AHotEntryIsRarelyWrittenForItsFrequency) {
  SplitMix random(1);
  int written = 0;
  for (int i = 0; i < 100'000; ++i)
    written += Hit(Touch::kFrequency, 0, static_cast<std::uint32_t>(random.Next())) ? 1 : 0;
  EXPECT_LE(written, 255);
}

TEST(FrequencyUse, CountsExactlyToThirtyTwo) {
  FrequencyUse use;
  for (std::uint32_t hits = 1; hits <= 32; ++hits) {
    use = use.AfterHit(0, 0xFFFF'FFFF);
    EXPECT_EQ(use.count(), hits);
  }
}

TEST(FrequencyUse, IsRightOnAverageAbove) {
  SplitMix random(2);
  for (const int hits : {100, 1000, 5000}) {
    double sum = 0;
    for (int trial = 0; trial < 200; ++trial) {
      FrequencyUse use;
      for (int i = 0; i < hits; ++i) use = use.AfterHit(0, static_cast<std::uint32_t>(random.Next()));
      sum += use.count();
    }
    EXPECT_NEAR(sum / 200, hits, 0.05 * hits);
  }
}

TEST(FrequencyUse, StopsAtItsMaximum) {
  FrequencyUse use;
  for (int i = 0; i < 1000; ++i) use = use.AfterHit(3, 0);
  EXPECT_EQ(use.count(), 8032U);
  EXPECT_EQ(use.age(), 3U);
}

TEST(FrequencyUse, AnAgeThatWrapsLeavesTheCountAlone) {
  const FrequencyUse use(9, FrequencyUse::kAgeMask + 5);
  EXPECT_EQ(use.age(), 4U);
  EXPECT_EQ(use.count(), 9U);
}

}  // namespace
}  // namespace rookery::cache
