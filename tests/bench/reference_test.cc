#include "bench/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "bench/failure.h"

namespace rookery::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr ChatSizes kSizes{.messages = 5000, .channels = 3};

/// Answers from the chat itself, after `spoil` had its way with each page.
class ChatReader final : public Contender {
 public:
  explicit ChatReader(const Chat& chat) : chat_(chat) {}
  std::function<void(std::vector<Row>*)> spoil = [](std::vector<Row>*) {};

  std::vector<Row> Page(std::size_t channel, std::optional<MessageId> before, std::size_t limit) override {
    const auto messages = chat_.messages_of(channel);
    std::vector<Row> page;
    for (auto at = messages.rbegin(); at != messages.rend() && page.size() < limit; ++at) {
      if (!before || chat_.id_of(*at) < *before) page.push_back(RowOf(*at));
    }
    spoil(&page);
    return page;
  }
  std::optional<Row> Message(std::size_t message) override { return RowOf(message); }
  std::uint64_t Scroll(std::size_t channel) override {
    IdChecksum checksum;
    for (const Row& row : Page(channel, std::nullopt, kScrollLimit)) checksum.Add(row.id);
    return checksum.sum();
  }

  void Post(std::size_t, std::size_t) override {}
  bool Get(std::size_t) override { return true; }
  void Compact() override {}
  void Close() override {}

 private:
  Row RowOf(std::size_t message) const {
    return {chat_.id_of(message), chat_.author_of(message), std::string(chat_.content_of(message))};
  }

  const Chat& chat_;
};

class ReferenceTest : public ::testing::Test {
 protected:
  const Chat chat_{kSizes};
  ChatReader reader_{chat_};
  const std::function<void()> check_whole_ = [this] { ExpectWholeChat(chat_, &reader_); };
};

TEST_F(ReferenceTest, AcceptsTheChatItself) {
  ExpectWholeChat(chat_, &reader_);
  ExpectLatestPages(chat_, &reader_);
  for (std::size_t i = 0; i < kSizes.messages; ++i) ExpectMessage(chat_, i, &reader_);
  for (std::size_t i = 0; i < kSizes.channels; ++i) EXPECT_EQ(reader_.Scroll(i), ExpectedScroll(chat_, i));
}

TEST_F(ReferenceTest, NoticesAMissingMessage) {
  reader_.spoil = [](std::vector<Row>* page) { page->erase(page->begin() + 3); };
  EXPECT_THAT(check_whole_, ThrowsMessage<Failure>(HasSubstr("messages, not")));
  EXPECT_NE(reader_.Scroll(0), ExpectedScroll(chat_, 0));
}

TEST_F(ReferenceTest, NoticesADoubledMessage) {
  reader_.spoil = [](std::vector<Row>* page) { page->at(4) = page->at(3); };
  EXPECT_THAT(check_whole_, ThrowsMessage<Failure>(HasSubstr("the id is")));
  EXPECT_NE(reader_.Scroll(0), ExpectedScroll(chat_, 0));
}

TEST_F(ReferenceTest, NoticesAWrongOrder) {
  reader_.spoil = [](std::vector<Row>* page) { std::swap(page->at(0), page->at(1)); };
  EXPECT_THAT(check_whole_, ThrowsMessage<Failure>(HasSubstr("the id is")));
  EXPECT_NE(reader_.Scroll(0), ExpectedScroll(chat_, 0));
}

TEST_F(ReferenceTest, NoticesAnotherContent) {
  reader_.spoil = [](std::vector<Row>* page) { page->back().content += "!"; };
  EXPECT_THAT(check_whole_, ThrowsMessage<Failure>(HasSubstr("the content is")));
}

TEST_F(ReferenceTest, NoticesAnotherAuthor) {
  reader_.spoil = [](std::vector<Row>* page) { page->back().author = "nobody"; };
  EXPECT_THAT(check_whole_, ThrowsMessage<Failure>(HasSubstr("the author is \"nobody\"")));
}

}  // namespace
}  // namespace rookery::bench
