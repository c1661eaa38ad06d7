// Writes beside each other, in an order of the test's choosing.
#include "store/cache_write.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/message_codec.h"
#include "store/page_arena.h"
#include "tests/support/status_matchers.h"

namespace rookery::store {
namespace {

std::string RowOf(std::string_view content) {
  return std::string(codec::RowEncoder().EncodeMessage({.author = "ada", .content = content}));
}

class CacheWriteTest : public ::testing::TestWithParam<WriteMode> {
 protected:
  /// What reads the channel's page, and so makes its window.
  std::size_t Read() {
    const auto page = cache_.History("general", {.limit = 10}, {}, [this] {
      ++loads_;
      auto window =
          std::make_shared<const Window>(std::vector<MessageView>(), std::make_shared<PageArena>(1000), Below::kNone);
      return Result<LoadedPage>(LoadedPage{Page(window->messages(), window, false), window});
    });
    EXPECT_OK(page.status());
    return page->size();
  }
  std::unique_ptr<CacheWrite> Begin(std::uint64_t id) {
    auto write = std::make_unique<CacheWrite>(&cache_);
    write->Stores("general", MessageId{id}, RowOf("x"), /*is_new=*/true);
    write->Begin();
    return write;
  }
  static void Commit(std::unique_ptr<CacheWrite> write) { write->Committed(); }

  ReadCache cache_{{.capacity = std::size_t{4} << 20, .write_mode = GetParam()}, nullptr, Timestamp{}};
  int loads_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Modes, CacheWriteTest, ::testing::Values(WriteMode::kThrough, WriteMode::kAround));

TEST_P(CacheWriteTest, WritersThatOverlapKeepTheWindow) {
  Read();
  auto first = Begin(1);
  auto second = Begin(2);
  Commit(std::move(first));
  auto third = Begin(3);
  Commit(std::move(third));
  Commit(std::move(second));
  EXPECT_EQ(Read(), 3U);
  EXPECT_EQ(loads_, 1) << "the window was there all the time";
}

TEST_P(CacheWriteTest, AWriteThatFailsDropsTheWindow) {
  Read();
  Begin(1).reset();
  EXPECT_EQ(Read(), 0U);
  EXPECT_EQ(loads_, 2);
}

TEST_P(CacheWriteTest, ABatchToManyChannelsIsAnnouncedAndEndedOnceEach) {
  std::vector<std::string> channels;
  for (int i = 0; i < 20'000; ++i) channels.push_back("channel " + std::to_string(i));
  {
    CacheWrite write(&cache_);
    for (const std::string& channel : channels) write.Stores(channel, MessageId{1}, RowOf("x"), /*is_new=*/true);
    write.Begin();
    const auto window = CacheKeyBytes::OfWindow(channels[77]);
    EXPECT_FALSE(cache_.LeaseOf(cache_.KeyOf(window.bytes())).usable);
    write.Committed();
  }
  for (const std::string& channel : channels) {
    const auto window = CacheKeyBytes::OfWindow(channel);
    ASSERT_TRUE(cache_.LeaseOf(cache_.KeyOf(window.bytes())).usable) << channel;
  }
}

}  // namespace
}  // namespace rookery::store
