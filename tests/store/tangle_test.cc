// How many ids that several messages want a bulk load takes note of.
#include "store/bulk/tangle.h"

#include <gmock/gmock.h>

#include "tests/support/status_matchers.h"

namespace rookery::store::bulk {
namespace {

constexpr std::uint64_t kMost = 131'072;
constexpr std::uint64_t kFarApart = 1000;

TEST(TanglesTest, ManyMessagesThatWantOneIdAreOnePlace) {
  Tangles tangles;
  for (std::uint64_t i = kMost; i > 0; --i) {
    for (int loser = 0; loser < 3; ++loser) ASSERT_OK(tangles.Note("c", MessageId{i * kFarApart}));
  }
  EXPECT_TRUE(tangles.Grown());
  EXPECT_EQ(tangles.In("c")->size(), kMost);
}

TEST(TanglesTest, TooManyPlacesAreMoreThanALoadCanDo) {
  Tangles tangles;
  for (std::uint64_t i = kMost; i > 0; --i) ASSERT_OK(tangles.Note("c", MessageId{(i + 1) * kFarApart}));
  EXPECT_CODE(tangles.Note("c", MessageId{kFarApart}), StatusCode::kUnsupported);
}

TEST(TanglesTest, IdsThatAreNearEachOtherAreOnePlace) {
  Tangles tangles;
  for (std::uint64_t i = 2 * kMost; i > 0; --i) ASSERT_OK(tangles.Note("c", MessageId{i}));
  EXPECT_TRUE(tangles.Grown());
  ASSERT_EQ(tangles.In("c")->size(), 1U);
  EXPECT_EQ(tangles.In("c")->front().lowest, 1U);
}

TEST(TanglesTest, WideningMakesNoNewPlace) {
  Tangles tangles;
  for (std::uint64_t i = kMost; i > 0; --i) ASSERT_OK(tangles.Note("c", MessageId{i * kFarApart}));
  ASSERT_TRUE(tangles.Grown());
  const std::vector<IdRange> before = *tangles.In("c");
  for (const IdRange& range : before) tangles.Widen("c", range);
  EXPECT_TRUE(tangles.Grown());
  EXPECT_FALSE(tangles.Grown());
  EXPECT_EQ(tangles.In("c")->size(), 1U);  // they have met
}

}  // namespace
}  // namespace rookery::store::bulk
