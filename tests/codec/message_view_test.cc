// MessageView: each accessor on a message that has the field, on one that has not, and on a view of nothing.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "codec/message_codec.h"
#include "rookery/message.h"

namespace rookery::codec {
namespace {

using std::chrono::milliseconds;

constexpr Timestamp kEpoch{milliseconds{1'000'000}};
constexpr MessageId kId{std::uint64_t{5000} << MessageId::kTimeShift | 77};
constexpr Timestamp kIdTime = kEpoch + milliseconds{5000};

class MessageViewTest : public ::testing::Test {
 protected:
  MessageView View(const MessageFields& fields) {
    value_ = RowEncoder().EncodeMessage(fields);
    return DecodeMessage(value_, kId, kEpoch).value();
  }

 private:
  std::string value_;
};

TEST_F(MessageViewTest, ReadsEveryField) {
  const std::array attributes{Attribute{"color", "red"}, Attribute{"empty", ""}, Attribute{"size", "L"}};
  const MessageView view = View({.author = "ada",
                                 .content = "hello",
                                 .reply_to = MessageId{9},
                                 .nonce = "n-1",
                                 .nonce_remembered = true,
                                 .attributes = attributes,
                                 .created_at = Timestamp{milliseconds{11}},
                                 .edited_at = Timestamp{milliseconds{22}},
                                 .version = 3,
                                 .flags = kFlagBot | kFlagPinned});
  EXPECT_EQ(view.id(), kId);
  EXPECT_EQ(view.author(), "ada");
  EXPECT_EQ(view.content(), "hello");
  EXPECT_EQ(view.reply_to(), MessageId{9});
  EXPECT_EQ(view.nonce(), "n-1");
  EXPECT_TRUE(view.nonce_remembered());
  EXPECT_EQ(view.attributes(), std::vector<Attribute>(attributes.begin(), attributes.end()));
  EXPECT_EQ(view.created_at(), Timestamp{milliseconds{11}});
  EXPECT_EQ(view.edited_at(), Timestamp{milliseconds{22}});
  EXPECT_EQ(view.version(), Version{3});
  EXPECT_EQ(view.flags(), kFlagBot | kFlagPinned);
}

TEST_F(MessageViewTest, ReadsAllFieldsAtOnceAsOneByOne) {
  const std::array attributes{Attribute{"color", "red"}};
  const MessageView full = View({.author = "ada",
                                 .content = "hello",
                                 .reply_to = MessageId{9},
                                 .nonce = "n-1",
                                 .attributes = attributes,
                                 .created_at = Timestamp{milliseconds{11}},
                                 .edited_at = Timestamp{milliseconds{22}},
                                 .version = 3,
                                 .flags = kFlagBot});
  const MessageView::Fields fields = full.fields();
  EXPECT_EQ(fields.author, full.author());
  EXPECT_EQ(fields.content, full.content());
  EXPECT_EQ(fields.nonce, full.nonce());
  EXPECT_EQ(fields.reply_to, full.reply_to());
  EXPECT_EQ(fields.created_at, full.created_at());
  EXPECT_EQ(fields.edited_at, full.edited_at());
  EXPECT_EQ(fields.version, full.version());
  EXPECT_EQ(fields.flags, full.flags());
  EXPECT_TRUE(fields.has_attributes);
}

TEST_F(MessageViewTest, ReadsAllFieldsOfAMessageThatHasNone) {
  for (const MessageView& view : {View({}), MessageView()}) {
    const MessageView::Fields fields = view.fields();
    EXPECT_EQ(fields.author, "");
    EXPECT_EQ(fields.reply_to, MessageId{});
    EXPECT_EQ(fields.created_at, view.created_at());
    EXPECT_EQ(fields.edited_at, std::nullopt);
    EXPECT_EQ(fields.version, Version{1});
    EXPECT_FALSE(fields.has_attributes);
  }
}

TEST_F(MessageViewTest, AnswersForAbsentFields) {
  const MessageView view = View({});
  EXPECT_EQ(view.author(), "");
  EXPECT_EQ(view.content(), "");
  EXPECT_EQ(view.reply_to(), std::nullopt);
  EXPECT_EQ(view.nonce(), "");
  EXPECT_FALSE(view.nonce_remembered());
  EXPECT_TRUE(view.attributes().empty());
  EXPECT_EQ(view.attribute("color"), std::nullopt);
  EXPECT_EQ(view.created_at(), kIdTime);
  EXPECT_EQ(view.edited_at(), std::nullopt);
  EXPECT_EQ(view.version(), Version{1});
  EXPECT_EQ(view.flags(), 0U);
}

TEST_F(MessageViewTest, FindsAttributesByName) {
  const std::array attributes{Attribute{std::string_view("\0", 1), "zero"}, Attribute{"color", "red"},
                              Attribute{"empty", ""}};
  const MessageView view = View({.attributes = attributes});
  EXPECT_EQ(view.attribute("color"), "red");
  EXPECT_EQ(view.attribute("empty"), "");
  EXPECT_EQ(view.attribute(std::string_view("\0", 1)), "zero");
  EXPECT_EQ(view.attribute("colo"), std::nullopt);
  EXPECT_EQ(view.attribute(""), std::nullopt);
}

TEST_F(MessageViewTest, KeepsAStoredTimeOf1970) {
  EXPECT_EQ(View({.created_at = Timestamp{}}).created_at(), Timestamp{});
  EXPECT_EQ(View({.edited_at = Timestamp{}}).edited_at(), Timestamp{});
}

TEST(MessageViewOfNothing, AnswersAsAMessageWithoutFields) {
  const MessageView view;
  EXPECT_EQ(view.author(), "");
  EXPECT_EQ(view.reply_to(), std::nullopt);
  EXPECT_EQ(view.created_at(), Timestamp{});
  EXPECT_EQ(view.version(), Version{1});
  EXPECT_TRUE(view.attributes().empty());
  EXPECT_EQ(view.attribute("color"), std::nullopt);
  std::vector<Attribute> storage;
  EXPECT_EQ(FieldsOf(view, &storage).content, "");
}

}  // namespace
}  // namespace rookery::codec
