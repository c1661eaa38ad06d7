#include "bench/data/chat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace rookery::bench {
namespace {

constexpr ChatSizes kSizes{.messages = 3000, .channels = 50};

TEST(ChatTest, IsTheSameForTheSameSeed) {
  const Chat one(kSizes);
  const Chat other(kSizes);
  for (std::size_t i = 0; i < kSizes.messages; ++i) {
    ASSERT_EQ(one.content_of(i), other.content_of(i));
    ASSERT_EQ(one.author_of(i), other.author_of(i));
    ASSERT_EQ(one.channel_of(i), other.channel_of(i));
  }
}

TEST(ChatTest, DiffersForAnotherSeed) {
  const Chat one(kSizes);
  const Chat other({.messages = 3000, .channels = 50, .seed = 2});
  EXPECT_NE(one.content_of(0), other.content_of(0));
}

TEST(ChatTest, MessagesHaveTwoHundredBytesOnAverage) {
  const Chat chat(kSizes);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kSizes.messages; ++i) bytes += chat.content_of(i).size();
  EXPECT_NEAR(static_cast<double>(bytes) / kSizes.messages, 200, 10);
}

TEST(ChatTest, ChannelNamesAreUnique) {
  const Chat chat({.messages = 1, .channels = 5000});
  std::set<std::string> names;
  for (std::size_t i = 0; i < 5000; ++i) names.insert(chat.channel_name(i));
  EXPECT_EQ(names.size(), 5000U);
}

TEST(ChatTest, IdsAscend) {
  const Chat chat(kSizes);
  for (std::size_t i = 1; i < kSizes.messages; ++i) ASSERT_LT(chat.id_of(i - 1), chat.id_of(i));
}

TEST(ChatTest, EveryMessageIsInItsChannelsListOldestFirst) {
  const Chat chat(kSizes);
  std::size_t listed = 0;
  for (std::size_t channel = 0; channel < kSizes.channels; ++channel) {
    const auto messages = chat.messages_of(channel);
    EXPECT_TRUE(std::is_sorted(messages.begin(), messages.end()));
    for (const std::uint32_t message : messages) ASSERT_EQ(chat.channel_of(message), channel);
    listed += messages.size();
  }
  EXPECT_EQ(listed, kSizes.messages);
}

TEST(ChatTest, TheFirstChannelIsTheBusiest) {
  const Chat chat(kSizes);
  for (std::size_t channel = 1; channel < kSizes.channels; ++channel) {
    EXPECT_GT(chat.messages_of(0).size(), chat.messages_of(channel).size());
  }
}

}  // namespace
}  // namespace rookery::bench
