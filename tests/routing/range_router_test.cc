// Range routing at the edges of its ranges.
#include <gtest/gtest.h>

#include "routing/router.h"
#include "routing/shard_map.h"

namespace rookery::routing {
namespace {

class RangeRouterTest : public ::testing::Test {
 protected:
  std::uint32_t ShardOf(std::string_view channel) const { return router_->Find(channel)->value; }

  std::unique_ptr<Router> router_ = Router::New(MakeShardMap(RangeRouting{{"b", "m\xFF", "m\xFFx"}}));
};

TEST_F(RangeRouterTest, ASplitPointBeginsItsRange) {
  EXPECT_EQ(ShardOf("azzz"), 0U);
  EXPECT_EQ(ShardOf("b"), 1U);
  EXPECT_EQ(ShardOf(std::string_view("b\0", 2)), 1U);
  EXPECT_EQ(ShardOf("m\xFFx"), 3U);
}

TEST_F(RangeRouterTest, ComparesBytesAsUnsigned) {
  EXPECT_EQ(ShardOf("mz"), 1U);
  EXPECT_EQ(ShardOf("m\xFF"), 2U);
  EXPECT_EQ(ShardOf("\xFF\xFF"), 3U);
  EXPECT_EQ(ShardOf(std::string_view("\0", 1)), 0U);
}

TEST_F(RangeRouterTest, SeveralRangesMayShareAShard) {
  ShardMap map{.epoch = Epoch{2}, .shards = 2, .table = RangeTable{{"g", "p"}, {ShardId{1}, ShardId{0}, ShardId{1}}}};
  router_ = Router::New(DecodeShardMap(EncodeShardMap(map)).value());
  EXPECT_EQ(ShardOf("a"), 1U);
  EXPECT_EQ(ShardOf("h"), 0U);
  EXPECT_EQ(ShardOf("q"), 1U);
}

}  // namespace
}  // namespace rookery::routing
