// Windows: serve exactly the pages that they hold whole, and stay true to the channel whatever is written.
#include "store/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "codec/message_codec.h"
#include "tests/support/seeded_random.h"

namespace rookery::store {
namespace {

std::string RowOf(std::string_view content) {
  return std::string(codec::RowEncoder().EncodeMessage({.author = "ada", .content = content}));
}

std::vector<std::uint64_t> Ids(const Page& page) {
  std::vector<std::uint64_t> ids;
  for (const MessageView& message : page) ids.push_back(message.id().value);
  return ids;
}

/// A channel as it is stored, beside a window on it.
class Channel {
 public:
  explicit Channel(std::size_t most) : most_(most) {}

  void Store(std::uint64_t id, std::string content) {
    const std::string row = RowOf(content);
    messages_[id] = std::move(content);
    if (window_) window_ = window_->With(MessageId{id}, row, Timestamp{}, most_);
  }
  void Delete(std::uint64_t id) {
    messages_.erase(id);
    if (window_) window_ = window_->Without(MessageId{id});
  }
  /// A window as a read of the newest `count` messages gives it.
  void Read(std::size_t count) {
    auto arena = std::make_shared<PageArena>(1000);
    std::vector<MessageView> views;
    for (auto it = messages_.rbegin(); it != messages_.rend() && views.size() < count; ++it) {
      views.push_back(*codec::DecodeMessage(arena->Copy(RowOf(it->second)), MessageId{it->first}, Timestamp{}));
    }
    const Below below = messages_.size() > views.size() ? Below::kSome : Below::kNone;
    window_ = Window::Trimmed(std::make_shared<const Window>(std::move(views), std::move(arena), below), most_);
  }
  void Forget() { window_ = nullptr; }
  bool has_window() const { return window_ != nullptr; }
  const Window& window() const { return *window_; }
  std::optional<Page> Serve(const HistoryQuery& query) const { return Window::Serve(window_, query); }

  /// What the store would answer.
  Page Expected(const HistoryQuery& query, std::vector<std::string>* contents) const {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, content] : messages_) {
      if ((!query.after || id > query.after->value) && (!query.before || id < query.before->value)) ids.push_back(id);
    }
    if (query.order == Order::kNewestFirst) std::reverse(ids.begin(), ids.end());
    auto views = std::make_shared<std::vector<MessageView>>();
    auto arena = std::make_shared<PageArena>(1000);
    for (std::size_t i = 0; i < std::min(ids.size(), query.limit); ++i) {
      contents->push_back(messages_.at(ids[i]));
      views->push_back(*codec::DecodeMessage(arena->Copy(RowOf(contents->back())), MessageId{ids[i]}, Timestamp{}));
    }
    auto owner = std::make_shared<std::pair<decltype(views), decltype(arena)>>(views, arena);
    return Page(std::span<const MessageView>(*views), std::move(owner), ids.size() > query.limit);
  }

 private:
  const std::size_t most_;
  std::map<std::uint64_t, std::string> messages_;
  std::shared_ptr<const Window> window_;
};

class WindowTest : public ::testing::Test {
 protected:
  WindowTest() {
    for (std::uint64_t id = 1; id <= 10; ++id) channel_.Store(10 * id, "message " + std::to_string(id));
  }
  Channel channel_{8};
};

TEST_F(WindowTest, ServesTheLatest) {
  channel_.Read(5);
  const auto page = channel_.Serve({.limit = 3});
  ASSERT_TRUE(page);
  EXPECT_EQ(Ids(*page), (std::vector<std::uint64_t>{100, 90, 80}));
  EXPECT_TRUE(page->has_more());
  EXPECT_EQ((*page)[0].content(), "message 10");
}

TEST_F(WindowTest, ServesAFullPageOfItsOwnSizeAndKnowsThatMoreFollow) {
  channel_.Read(5);
  const auto page = channel_.Serve({.limit = 5});
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->has_more());
}

TEST_F(WindowTest, DoesNotServeMoreThanItHolds) {
  channel_.Read(5);
  EXPECT_FALSE(channel_.Serve({.limit = 6}));
  channel_.Read(9);
  EXPECT_TRUE(channel_.Serve({.limit = 8}));
  EXPECT_FALSE(channel_.Serve({.limit = 9}));
}

TEST_F(WindowTest, OfAWholeChannelServesAnyLimit) {
  for (const std::uint64_t id : {10, 20, 30}) channel_.Delete(id);
  channel_.Read(100);
  const auto page = channel_.Serve({.limit = 50});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->size(), 7U);
  EXPECT_FALSE(page->has_more());
}

TEST_F(WindowTest, ServesWhatCameSinceTheLastRead) {
  channel_.Read(5);
  const auto page = channel_.Serve({.after = MessageId{80}, .order = Order::kOldestFirst});
  ASSERT_TRUE(page);
  EXPECT_EQ(Ids(*page), (std::vector<std::uint64_t>{90, 100}));
  EXPECT_FALSE(channel_.Serve({.after = MessageId{50}, .order = Order::kOldestFirst}));
}

TEST_F(WindowTest, OfAnEmptyChannelServesEmptyPages) {
  Channel empty(8);
  empty.Read(50);
  const auto page = empty.Serve({});
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->empty());
}

TEST_F(WindowTest, AroundIsLeftToTheEngine) {
  channel_.Read(100);
  EXPECT_FALSE(channel_.Serve({.around = MessageId{50}}));
}

TEST_F(WindowTest, APageOutlivesItsWindow) {
  channel_.Read(5);
  const auto page = channel_.Serve({.limit = 2});
  channel_.Forget();
  ASSERT_TRUE(page);
  EXPECT_EQ((*page)[1].content(), "message 9");
}

TEST_F(WindowTest, MemoryIsBoundedUnderManyEdits) {
  channel_.Read(100);
  for (int i = 0; i < 10'000; ++i) channel_.Store(100, "edit " + std::to_string(i));
  EXPECT_LT(channel_.window().memory_bytes(), 16'000U);
}

TEST(WindowModel, ServesNothingButTheTruth) {
  testing::SeededRandom random(31);
  SCOPED_TRACE(random.trace());
  int served = 0;
  for (int round = 0; round < 200; ++round) {
    Channel channel(1 + random.Below(12));
    for (int step = 0; step < 100; ++step) {
      const std::uint64_t id = 1 + random.Below(30);
      if (random.OneIn(3)) {
        channel.Delete(id);
      } else if (random.OneIn(8) || !channel.has_window()) {
        channel.Read(random.Below(15));
      } else {
        channel.Store(id, "step " + std::to_string(step));
      }
      if (!channel.has_window()) continue;
      HistoryQuery query{.limit = 1 + random.Below(14)};
      if (random.OneIn(3)) query.before = MessageId{1 + random.Below(31)};
      if (random.OneIn(3)) query.after = MessageId{1 + random.Below(30)};
      if (random.OneIn(2)) query.order = Order::kOldestFirst;
      const auto page = channel.Serve(query);
      if (!page) continue;
      ++served;
      std::vector<std::string> contents;
      const Page expected = channel.Expected(query, &contents);
      ASSERT_EQ(Ids(*page), Ids(expected)) << "round " << round << ", step " << step;
      ASSERT_EQ(page->has_more(), expected.has_more()) << "round " << round << ", step " << step;
      for (std::size_t i = 0; i < contents.size(); ++i) ASSERT_EQ((*page)[i].content(), contents[i]);
    }
  }
  EXPECT_GT(served, 5000);
}

}  // namespace
}  // namespace rookery::store
