#include "bench/caches/items.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace rookery::bench {
namespace {

TEST(ItemsTest, KeysAndHeadsOfValuesDiffer) {
  constexpr std::uint64_t kItems = 10'000;
  std::set<ItemKey> keys;
  std::set<std::uint64_t> heads;
  for (std::uint64_t item = 0; item < kItems; ++item) {
    keys.insert(KeyOfItem(item));
    heads.insert(HeadOf(ValueOfItem(item)));
  }
  EXPECT_EQ(keys.size(), kItems);
  EXPECT_EQ(heads.size(), kItems);
}

TEST(ItemsTest, AnItemIsTheSameEachTime) {
  EXPECT_EQ(KeyOfItem(7), KeyOfItem(7));
  EXPECT_EQ(ValueOfItem(7), ValueOfItem(7));
}

TEST(LookupOrderTest, ExpectsTheSumOfTheHeadsOfWhatIsLookedUp) {
  const LookupOrder order = NewLookupOrder(100, 1000, 0);
  ASSERT_EQ(order.items.size(), 1000U);
  std::uint64_t sum = 0;
  for (const std::uint32_t item : order.items) {
    ASSERT_LT(item, 100U);
    sum += HeadOf(ValueOfItem(item));
  }
  EXPECT_EQ(order.expected_sum, sum);
}

TEST(LookupOrderTest, CallersDifferInTheOrderAndAgreeOnWhatIsPopular) {
  const auto most_popular = [](const LookupOrder& order) {
    std::vector<std::size_t> counts(1000);
    for (const std::uint32_t item : order.items) ++counts[item];
    return std::max_element(counts.begin(), counts.end()) - counts.begin();
  };
  const LookupOrder one = NewLookupOrder(1000, 20'000, 0);
  const LookupOrder other = NewLookupOrder(1000, 20'000, 1);
  EXPECT_NE(one.items, other.items);
  EXPECT_EQ(most_popular(one), most_popular(other));
}

}  // namespace
}  // namespace rookery::bench
