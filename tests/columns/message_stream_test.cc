// Streams of messages: in runs of one channel, as many at a time as were asked for, whole and lasting.
#include "columns/message_stream.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MessageStreamTest : public ColumnsEngineTest {
 protected:
  std::unique_ptr<MessageStream> Messages(MessageQuery query) {
    auto stream = MessageStream::New(store_, std::move(query));
    EXPECT_OK(stream);
    return std::move(stream).value();
  }
  static std::vector<MessageRun> Next(MessageStream* stream) {
    auto runs = stream->Next(Always);
    EXPECT_OK(runs);
    return std::move(runs).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, MessageStreamTest, ::testing::Values(EngineKind::kMemory, EngineKind::kRocksDb),
                         EngineName);

RowKeys KeysOf(const std::vector<MessageRun>& runs) {
  RowKeys keys;
  for (const MessageRun& run : runs) {
    for (const Message& message : run.messages) keys.push_back({run.channel, message.id().value});
  }
  return keys;
}

TEST_P(MessageStreamTest, GivesSoManyAtATimeAndThenNone) {
  PostMany({"a"}, 5);
  for (std::size_t rows = 1; rows <= 6; ++rows) {
    const auto stream = Messages({.range = {.channels = {{"a"}}}, .batch_rows = rows});
    std::size_t seen = 0;
    for (;;) {
      const RowKeys keys = KeysOf(Next(stream.get()));
      if (keys.empty()) break;
      EXPECT_EQ(keys.size(), std::min<std::size_t>(rows, 5 - seen));
      seen += keys.size();
    }
    EXPECT_EQ(seen, 5U);
    EXPECT_THAT(Next(stream.get()), IsEmpty());
  }
}

TEST_P(MessageStreamTest, ARunIsOfOneChannelAndGoesOnUnderItsName) {
  PostMany({"a", "b"}, 2);
  const auto stream = Messages({.limit = 100, .batch_rows = 3});
  const std::vector<MessageRun> first = Next(stream.get());
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].messages.size(), 2U);
  EXPECT_EQ(first[1].messages.size(), 1U);
  EXPECT_NE(first[0].channel, first[1].channel);
  const std::vector<MessageRun> second = Next(stream.get());
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].channel, first[1].channel);
}

TEST_P(MessageStreamTest, InAnOrderEachChangeOfChannelBeginsARun) {
  PostMany({"a", "b"}, 2);
  const auto stream = Messages({.order = Order::kNewestFirst});
  const std::vector<MessageRun> runs = Next(stream.get());
  EXPECT_EQ(runs.size(), 4U);
  EXPECT_THAT(KeysOf(runs), ElementsAre(RowKey{"a", 2}, RowKey{"b", 2}, RowKey{"a", 1}, RowKey{"b", 1}));
}

TEST_P(MessageStreamTest, MessagesOutliveTheStreamAndTheStore) {
  const Message posted = Post({.channel = "a", .author = "ada", .content = "hello", .attributes = {{"color", "red"}}});
  std::vector<MessageRun> runs = Next(Messages({}).get());
  const std::string encoded(posted.encoded());
  ASSERT_OK(store().Close());
  store_.reset();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].messages[0].encoded(), encoded);
  EXPECT_EQ(runs[0].messages[0].content(), "hello");
  EXPECT_EQ(runs[0].messages[0].attribute("color"), "red");
}

TEST_P(MessageStreamTest, SeesTheStoreAsItWasWhenItWasMade) {
  PostMany({"a"}, 2);
  const auto stream = Messages({});
  Post({.channel = "a", .id = MessageId{9}});
  ASSERT_OK(store().Delete("a", MessageId{1}));
  EXPECT_THAT(KeysOf(Next(stream.get())), ElementsAre(RowKey{"a", 2}, RowKey{"a", 1}));
}

TEST_P(MessageStreamTest, OfNothingIsNothing) {
  EXPECT_THAT(Next(Messages({}).get()), IsEmpty());
  EXPECT_THAT(Next(Messages({.limit = 0}).get()), IsEmpty());
  EXPECT_THAT(Next(Messages({.range = {.channels = {{"none"}}}}).get()), IsEmpty());
}

}  // namespace
}  // namespace rookery::columns
