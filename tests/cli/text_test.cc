// Text, numbers and suggestions: the pure parts of the command.
#include "tools/rookery/text.h"

#include <gtest/gtest.h>

#include "tools/rookery/shield.h"
#include "tools/rookery/suggest.h"

namespace rookery::cli {
namespace {

class TextTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { UseUtf8(); }
};

TEST_F(TextTest, TabTextEscapesWhatSeparates) {
  EXPECT_EQ(TabText("a\tb\nc\rd\\e\x1b"), "a\\tb\\nc\\rd\\\\e\x1b");
  EXPECT_EQ(TabText(""), "");
}

TEST_F(TextTest, TerminalTextEscapesControlCharactersAndInvalidBytes) {
  EXPECT_EQ(TerminalText("plain \xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80"),
            "plain \xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80");
  EXPECT_EQ(TerminalText("\x1b[31m\t\n\x7f"), "\\x1b[31m\\x09\\x0a\\x7f");
  EXPECT_EQ(TerminalText("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(TerminalText("\xc2\x9b"), "\\xc2\\x9b") << "a control character of two bytes";
  EXPECT_EQ(TerminalText("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "turns the direction of text";
  EXPECT_EQ(TerminalText(std::string_view("\0", 1)), "\\x00");
}

TEST_F(TextTest, TerminalTextKeepsLineBreaksWhereAsked) {
  EXPECT_EQ(TerminalText("a\nb\tc\r", LineBreaks::kKeep), "a\nb    c\\x0d");
}

TEST_F(TextTest, WidthCountsColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("\xe6\x97\xa5"), 2);
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1) << "a combining accent";
}

TEST_F(TextTest, NumbersForPeople) {
  EXPECT_EQ(GroupDigits(0), "0");
  EXPECT_EQ(GroupDigits(999), "999");
  EXPECT_EQ(GroupDigits(1'234'567), "1,234,567");
  EXPECT_EQ(HumanCount(999), "999");
  EXPECT_EQ(HumanCount(3'214'000), "3.2M");
  EXPECT_EQ(HumanCount(999'990), "1.0M");
  EXPECT_EQ(HumanBytes(1023), "1023 B");
  EXPECT_EQ(HumanBytes(1024), "1.0 KiB");
  EXPECT_EQ(HumanBytes(1024.0 * 1024 * 41), "41.0 MiB");
  EXPECT_EQ(HumanDuration(std::chrono::seconds{32}), "0:32");
  EXPECT_EQ(HumanDuration(std::chrono::seconds{3723}), "1:02:03");
}

TEST(SuggestTest, DistanceCountsSwapsOnce) {
  EXPECT_EQ(EditDistance("history", "history"), 0);
  EXPECT_EQ(EditDistance("histroy", "history"), 1);
  EXPECT_EQ(EditDistance("", "abc"), 3);
}

TEST(SuggestTest, OnlyCloseWordsAreSuggested) {
  const std::vector<std::string> known = {"history", "get", "export"};
  EXPECT_EQ(Closest("histry", known), "history");
  EXPECT_EQ(Closest("got", known), "get");
  EXPECT_EQ(Closest("xyz", known), std::nullopt);
  EXPECT_EQ(Closest(std::string(1000, 'x'), known), std::nullopt);
  EXPECT_EQ(DidYouMean("exprt", known), "; did you mean export?");
  EXPECT_EQ(DidYouMean("nothing", known), "");
}

TEST(ShieldTest, WhatWasShieldedComesBack) {
  const std::vector<std::string> arguments = {"[a]", "{}", "++", "%%", "", "\x01x", "plain", "--", "--x=[a]"};
  const std::vector<std::string> shielded = Shield(arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i) EXPECT_EQ(Unshield(shielded[i]), arguments[i]);
  EXPECT_EQ(shielded[6], "plain");
}

TEST(ShieldTest, ValuesAfterAnEqualsSignAreShieldedToo) {
  EXPECT_EQ(Shield({"--nonce="}).front(), "--nonce=\x01");
  EXPECT_EQ(Shield({"--nonce=[x]"}).front(), "--nonce=\x01[x]");
}

}  // namespace
}  // namespace rookery::cli
