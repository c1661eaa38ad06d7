// Bytes as text: Quoted for messages to people, IsUtf8, names of shards.
#include "base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace rookery::base {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view bytes;
  std::string_view quoted;
};

TEST(QuotedTest, EscapesWhatATerminalOrAReaderWouldMistake) {
  const std::vector<Case> cases = {
      {"", R"("")"},
      {"general", R"("general")"},
      {"#a b", R"("#a b")"},
      {"\"", R"("\x22")"},
      {"\\", R"("\x5c")"},
      {"a\nb\t", R"("a\x0ab\x09")"},
      {"\0"sv, R"("\x00")"},
      {"\x1b[31m", R"("\x1b[31m")"},
      {"\x7f", R"("\x7f")"},
      {"caf\xc3\xa9", "\"caf\xc3\xa9\""},
      {"caf\xe9", R"("caf\xe9")"},
      {"\xf0\x9f\xa6\x89", "\"\xf0\x9f\xa6\x89\""},
      {"\xf0\x9f\xa6", R"("\xf0\x9f\xa6")"},
  };
  for (const Case& one : cases) EXPECT_EQ(Quoted(one.bytes), one.quoted);
}

TEST(QuotedTest, CutsLongBytesAndSaysSo) {
  EXPECT_EQ(Quoted("abcdef", 6), R"("abcdef")");
  EXPECT_EQ(Quoted("abcdefg", 6), R"("abcdef...")");
  EXPECT_LT(Quoted(std::string(1 << 20, 'x')).size(), 80U);
}

TEST(QuotedTest, NeverCutsACharacterInTwo) { EXPECT_EQ(Quoted("ab\xc3\xa9z", 3), "\"ab\xc3\xa9...\""); }

TEST(IsUtf8Test, AcceptsEveryWellFormedSequence) {
  const std::vector<std::string_view> good = {
      "",
      "plain",
      "\0"sv,
      "\x7f",
      "\xc2\x80",
      "\xdf\xbf",
      "\xe0\xa0\x80",
      "\xed\x9f\xbf",  // the last before the surrogates
      "\xee\x80\x80",  // the first after them
      "\xef\xbf\xbf",
      "\xf0\x90\x80\x80",
      "\xf4\x8f\xbf\xbf",  // U+10FFFF
      "a\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x89z",
  };
  for (const std::string_view bytes : good) EXPECT_TRUE(IsUtf8(bytes)) << Quoted(bytes);
}

TEST(IsUtf8Test, RefusesEveryIllFormedSequence) {
  const std::vector<std::string_view> bad = {
      "\x80",  // continuation without a lead
      "\xbf",
      "\xc0\x80",  // overlong NUL
      "\xc1\xbf",
      "\xc3",  // cut short
      "\xc3z",
      "\xe0\x9f\xbf",  // overlong
      "\xe2\x82",
      "\xe2\x82z",
      "\xed\xa0\x80",  // surrogates
      "\xed\xbf\xbf",
      "\xf0\x8f\xbf\xbf",  // overlong
      "\xf0\x9f\xa6",
      "\xf4\x90\x80\x80",  // beyond U+10FFFF
      "\xf5\x80\x80\x80",
      "\xff",
      "good then \xfe",
  };
  for (const std::string_view bytes : bad) EXPECT_FALSE(IsUtf8(bytes)) << Quoted(bytes);
}

TEST(ShardNameTest, PadsToFourDigitsAndGrowsBeyond) {
  EXPECT_EQ(ShardName(ShardId{0}), "shard-0000");
  EXPECT_EQ(ShardName(ShardId{37}), "shard-0037");
  EXPECT_EQ(ShardName(ShardId{4095}), "shard-4095");
  EXPECT_EQ(ShardName(ShardId{4'294'967'295}), "shard-4294967295");
}

}  // namespace
}  // namespace rookery::base
