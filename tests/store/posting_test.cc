#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PostingTest : public StoreKindTest {};
INSTANTIATE_TEST_SUITE_P(Kinds, PostingTest, ::testing::ValuesIn(AllStoreKinds()), KindName);

TEST_P(PostingTest, GetReturnsEveryFieldThatWasPosted) {
  const Timestamp created = clock().Now() - std::chrono::hours{3};
  const Timestamp edited = clock().Now() - std::chrono::hours{2};
  const auto id = store().Post({.channel = "general",
                                .author = "ada",
                                .content = std::string_view("bytes\0\xff", 7),
                                .reply_to = MessageId{77},
                                .nonce = "n-1",
                                .attributes = {{"topic", "engines"}, {"colour", "blue"}},
                                .flags = kFlagPinned | kFlagBot,
                                .created_at = created,
                                .edited_at = edited,
                                .version = 3});
  ASSERT_OK(id);
  const auto message = Get("general", *id);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->id(), *id);
  EXPECT_EQ(message->author(), "ada");
  EXPECT_EQ(message->content(), std::string_view("bytes\0\xff", 7));
  EXPECT_EQ(message->reply_to(), MessageId{77});
  EXPECT_EQ(message->nonce(), "n-1");
  EXPECT_TRUE(message->nonce_remembered());
  EXPECT_THAT(message->attributes(), ElementsAre(Attribute{"colour", "blue"}, Attribute{"topic", "engines"}));
  EXPECT_EQ(message->attribute("topic"), "engines");
  EXPECT_EQ(message->attribute("absent"), std::nullopt);
  EXPECT_EQ(message->flags(), kFlagPinned | kFlagBot);
  EXPECT_EQ(message->created_at(), created);
  EXPECT_EQ(message->edited_at(), edited);
  EXPECT_EQ(message->version(), Version{3});
}

TEST_P(PostingTest, LeavesOutWhatWasNotGiven) {
  const MessageId id = Post("general", "hello");
  const auto message = Get("general", id);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->reply_to(), std::nullopt);
  EXPECT_EQ(message->edited_at(), std::nullopt);
  EXPECT_EQ(message->nonce(), "");
  EXPECT_TRUE(message->attributes().empty());
  EXPECT_EQ(message->version(), Version{1});
  EXPECT_EQ(message->created_at(), clock().Now());
}

TEST_P(PostingTest, AbsentMessagesAreNotErrors) {
  EXPECT_FALSE(Get("nowhere", MessageId{1}));
  Post("general", "hello");
  EXPECT_FALSE(Get("general", MessageId{1}));
}

TEST_P(PostingTest, BatchesGoToAllShardsOrNone) {
  std::vector<std::string> channels;
  for (int i = 0; i < 50; ++i) channels.push_back("channel-" + std::to_string(i));
  std::vector<NewMessage> batch;
  for (const std::string& channel : channels) batch.push_back({.channel = channel, .content = channel});
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch(batch));
  ASSERT_EQ(posted.size(), batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto message = Get(channels[i], posted[i].id);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->content(), channels[i]);
  }
  batch.back().channel = "";
  batch.front().channel = "fresh";
  EXPECT_CODE(store().PostBatch(batch), StatusCode::kInvalidArgument);
  EXPECT_TRUE(History("fresh").empty());
}

TEST_P(PostingTest, EmptyBatchIsFine) {
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch({}));
  EXPECT_TRUE(posted.empty());
}

TEST_P(PostingTest, NonceMakesAPostIdempotent) {
  const NewMessage message = {.channel = "general", .content = "once", .nonce = "client-1"};
  ASSERT_OK_AND_ASSIGN(const MessageId first, store().Post(message));
  ASSERT_OK_AND_ASSIGN(const MessageId second, store().Post(message));
  EXPECT_EQ(first, second);
  EXPECT_EQ(History("general").size(), 1U);
  const NewMessage elsewhere = {.channel = "random", .content = "once", .nonce = "client-1"};
  ASSERT_OK_AND_ASSIGN(const MessageId other, store().Post(elsewhere));
  EXPECT_NE(first, other);
}

TEST_P(PostingTest, NonceIsForgottenWithItsMessage) {
  const NewMessage message = {.channel = "general", .content = "once", .nonce = "client-1"};
  ASSERT_OK_AND_ASSIGN(const MessageId first, store().Post(message));
  ASSERT_OK(store().Delete("general", first));
  ASSERT_OK_AND_ASSIGN(const MessageId second, store().Post(message));
  EXPECT_NE(first, second);
  EXPECT_EQ(History("general").size(), 1U);
}

TEST_P(PostingTest, TwinsWithinABatchBecomeOneMessage) {
  const std::vector<NewMessage> batch = {{.channel = "a", .content = "1", .nonce = "x"},
                                         {.channel = "b", .content = "2"},
                                         {.channel = "a", .content = "1", .nonce = "x"}};
  ASSERT_OK_AND_ASSIGN(const auto posted, store().PostBatch(batch));
  EXPECT_EQ(posted[0].id, posted[2].id);
  EXPECT_FALSE(posted[0].existed);
  EXPECT_TRUE(posted[2].existed);
  EXPECT_EQ(History("a").size(), 1U);
}

TEST_P(PostingTest, UnrememberedNonceIsOnlyAField) {
  const NewMessage message = {.channel = "general", .content = "twice", .nonce = "n", .remember_nonce = false};
  ASSERT_OK(store().Post(message));
  ASSERT_OK(store().Post(message));
  const Page page = History("general");
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].nonce(), "n");
  EXPECT_FALSE(page[0].nonce_remembered());
}

TEST_P(PostingTest, BadMessagesAreNamed) {
  const auto post = [&](const NewMessage& message) { return store().Post(message).status(); };
  EXPECT_THAT(post({.channel = ""}).ToString(), HasSubstr("channel is empty"));
  const std::string long_name(kMaxChannelBytes + 1, 'c');
  EXPECT_THAT(post({.channel = long_name}).ToString(), HasSubstr("1025 bytes"));
  const std::string big((1 << 20) + 1, 'x');
  EXPECT_THAT(post({.channel = "c", .content = big}).ToString(), HasSubstr("max_content_bytes"));
  EXPECT_THAT(post({.channel = "c", .attributes = {{"a", "1"}, {"a", "2"}}}).ToString(),
              HasSubstr("\"a\" is given twice"));
  EXPECT_CODE(post({.channel = "c", .id = MessageId{~std::uint64_t{0}}}), StatusCode::kInvalidArgument);
  EXPECT_CODE(post({.channel = "c", .version = 0}), StatusCode::kInvalidArgument);
  EXPECT_THAT(post({.channel = "c", .version = Version::kMax + 1}).ToString(), HasSubstr("9223372036854775808"));
}

TEST_P(PostingTest, LongestChannelAndContentAreStored) {
  const std::string channel(kMaxChannelBytes, '\0');
  const std::string content(std::size_t{1} << 20, 'x');
  const MessageId id = Post(channel, content);
  const auto message = Get(channel, id);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->content(), content);
}

TEST_P(PostingTest, GetManyAnswersInTheOrderOfTheKeys) {
  const MessageId a = Post("a", "1");
  const MessageId b = Post("b", "2");
  const std::vector<MessageKey> keys = {{"b", b}, {"a", MessageId{5}}, {"a", a}, {"none", a}, {"b", b}};
  ASSERT_OK_AND_ASSIGN(const auto found, store().GetMany(keys));
  ASSERT_EQ(found.size(), keys.size());
  EXPECT_EQ(found[0]->content(), "2");
  EXPECT_FALSE(found[1]);
  EXPECT_EQ(found[2]->content(), "1");
  EXPECT_FALSE(found[3]);
  EXPECT_EQ(found[4]->content(), "2");
}

}  // namespace
}  // namespace rookery::testing
