#include "bench/data/endless_chat.h"

#include <gtest/gtest.h>

namespace rookery::bench {
namespace {

constexpr ChatSizes kSizes{.messages = 1'000, .channels = 20};

class EndlessChatTest : public ::testing::Test {
 protected:
  /// By looking at every message.
  std::vector<std::size_t> LatestSlowly(std::size_t channel, std::size_t count, std::size_t limit) const {
    std::vector<std::size_t> latest;
    for (std::size_t message = count; message-- > 0 && latest.size() < limit;) {
      if (endless_.channel_of(message) == channel) latest.push_back(message);
    }
    return latest;
  }

  const Chat chat_{kSizes};
  const EndlessChat endless_{chat_};
};

TEST_F(EndlessChatTest, RepeatsTheChatWithOtherIds) {
  EXPECT_EQ(endless_.content_of(2'007), chat_.content_of(7));
  EXPECT_EQ(endless_.author_of(2'007), chat_.author_of(7));
  EXPECT_EQ(endless_.channel_name_of(2'007), chat_.channel_name(chat_.channel_of(7)));
  EXPECT_GT(endless_.id_of(2'007), endless_.id_of(1'007));
}

TEST_F(EndlessChatTest, IdsAscend) {
  for (std::size_t i = 1; i < 3 * kSizes.messages; ++i) ASSERT_LT(endless_.id_of(i - 1), endless_.id_of(i));
}

TEST_F(EndlessChatTest, ARoundTakesTenDays) {
  EXPECT_EQ(endless_.time_of(kSizes.messages) - endless_.time_of(0), std::chrono::days{10});
}

TEST_F(EndlessChatTest, TheLatestOfAChannelAreThoseThatCameLast) {
  for (const std::size_t count : {0U, 1U, 99U, 1'000U, 1'001U, 3'500U}) {
    for (std::size_t channel = 0; channel < kSizes.channels; ++channel) {
      EXPECT_EQ(endless_.LatestOf(channel, count, 50), LatestSlowly(channel, count, 50)) << channel << " of " << count;
    }
  }
}

TEST_F(EndlessChatTest, AChannelWithoutMessagesHasNoLatest) {
  const Chat lonely({.messages = 1, .channels = 5});
  const EndlessChat endless(lonely);
  const std::size_t other = (lonely.channel_of(0) + 1) % 5;
  EXPECT_TRUE(endless.LatestOf(other, 10, 50).empty());
  EXPECT_EQ(endless.LatestOf(lonely.channel_of(0), 10, 50).size(), 10U);
}

}  // namespace
}  // namespace rookery::bench
