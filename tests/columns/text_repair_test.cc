// Text as UTF-8: what is valid stays as it is, and of the rest each byte becomes U+FFFD, row by row.
#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "columns/text_buffer.h"
#include "tests/columns/arrow_view.h"
#include "tests/columns/columns_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::columns {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::Pair;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::string_view kBad = "\uFFFD";

template <typename Offset>
std::vector<std::string> TakeTexts(TextBuffer<Offset>* text) {
  const auto taken = text->Take();
  std::vector<std::string> texts;
  for (std::size_t i = 0; i + 1 < taken.offsets.size() / sizeof(Offset); ++i) {
    std::array<Offset, 2> ends{};
    std::memcpy(ends.data(), taken.offsets.data() + i * sizeof(Offset), sizeof(ends));
    texts.emplace_back(taken.bytes.view().substr(ends[0], ends[1] - ends[0]));
  }
  return texts;
}

std::vector<std::string> Repaired(const std::vector<std::string_view>& texts) {
  TextBuffer<std::int64_t> text;
  for (const std::string_view piece : texts) text.Append(piece);
  text.MakeUtf8();
  return TakeTexts(&text);
}

std::string Bad(int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += kBad;
  return text;
}

TEST(TextRepairTest, WhatIsValidStaysAsItIs) {
  const std::vector<std::string_view> valid = {"",           "ada",        "\u00e9",       "\u20ac uro",
                                               "\U0001F426", "a\0b\0"sv,   "\u00e9\u20ac", "",
                                               "\uFFFD",     "\U0010FFFF", "\uD7FF"};
  EXPECT_THAT(Repaired(valid), ElementsAreArray(valid));
}

TEST(TextRepairTest, PiecesThatAreValidOnlyTogetherAreRepairedEach) {
  EXPECT_THAT(Repaired({"\xC3", "\xA9"}), ElementsAre(Bad(1), Bad(1)));
  EXPECT_THAT(Repaired({"a\xC3", "", "\xA9z"}), ElementsAre("a" + Bad(1), "", Bad(1) + "z"));
  EXPECT_THAT(Repaired({"\xF0\x9F", "\x90\xA6"}), ElementsAre(Bad(2), Bad(2)));
}

TEST(TextRepairTest, LoneContinuationBytesAreRepaired) {
  EXPECT_THAT(Repaired({"\x80"}), ElementsAre(Bad(1)));
  EXPECT_THAT(Repaired({"a\xBF\x80z"}), ElementsAre("a" + Bad(2) + "z"));
}

TEST(TextRepairTest, TruncatedCharactersAreRepaired) {
  EXPECT_THAT(Repaired({"\xE2\x82", "\xE2\x82\xAC"}), ElementsAre(Bad(2), "\u20ac"));
  EXPECT_THAT(Repaired({"x\xF0\x9F\x90"}), ElementsAre("x" + Bad(3)));
  EXPECT_THAT(Repaired({"\xC3 x"}), ElementsAre(Bad(1) + " x"));
}

TEST(TextRepairTest, WhatNoCharacterHasIsRepaired) {
  EXPECT_THAT(Repaired({"\xFF\xFE"}), ElementsAre(Bad(2)));
  EXPECT_THAT(Repaired({"\xC0\x80"}), ElementsAre(Bad(2))) << "an overlong zero";
  EXPECT_THAT(Repaired({"\xED\xA0\x80"}), ElementsAre(Bad(3))) << "a surrogate";
  EXPECT_THAT(Repaired({"\xF4\x90\x80\x80"}), ElementsAre(Bad(4))) << "beyond U+10FFFF";
}

TEST(TextRepairTest, ZerosAreCharactersAsOthers) {
  EXPECT_THAT(Repaired({"\0"sv, "\0\xFF\0"sv}), ElementsAre("\0"sv, "\0"s + Bad(1) + "\0"s));
}

TEST(TextRepairTest, NeighboursOfWhatIsRepairedKeepTheirBytes) {
  EXPECT_THAT(Repaired({"\u00e9", "", "\xFF", "\U0001F426", "z"}),
              ElementsAre("\u00e9", "", Bad(1), "\U0001F426", "z"));
}

TEST(TextRepairTest, BeginsAnewAfterATake) {
  TextBuffer<std::int32_t> text;
  text.Append("\x80");
  text.MakeUtf8();
  EXPECT_THAT(TakeTexts(&text), ElementsAre(Bad(1)));
  text.Append("ok");
  text.MakeUtf8();
  EXPECT_THAT(TakeTexts(&text), ElementsAre("ok"));
}

TEST(TextRepairTest, OfNothingIsNothing) {
  TextBuffer<std::int64_t> text;
  text.MakeUtf8();
  EXPECT_EQ(text.Take().offsets.size(), sizeof(std::int64_t)) << "one offset";
}

/// Mended twice is mended once; a text alone is mended as among others; what is valid is left alone.
TEST(TextRepairTest, RandomBytesAreMendedTextByText) {
  testing::SeededRandom random(4711);
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> texts;
    for (std::uint64_t i = random.Below(6); i > 0; --i) {
      texts.push_back(random.Bytes(random.Below(8), "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\xA6\xFF"));
    }
    const auto mended = Repaired({texts.begin(), texts.end()});
    EXPECT_EQ(Repaired({mended.begin(), mended.end()}), mended);
    for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_THAT(Repaired({texts[i]}), ElementsAre(mended[i]));
  }
}

class TextModeTest : public ColumnsTest {
 protected:
  ArrowTable Table(std::string_view column, TextMode mode) {
    MessageQuery query;
    query.columns = {ColumnOf(column)};
    query.text = mode;
    auto batch = Stream(query)->Next(Always);
    EXPECT_OK(batch);
    return ArrowTable(batch.value()->Take());
  }
};

TEST_F(TextModeTest, BinaryLeavesBytesAsTheyAre) {
  Post({.channel = "\xFF", .author = "\xC3", .content = "\0\x80"sv, .attributes = {{"n\xFF", "v\xFE"}}});
  EXPECT_EQ(Table("channel", TextMode::kBinary).column(0).text(0), "\xFF");
  EXPECT_EQ(Table("author", TextMode::kBinary).column(0).text(0), "\xC3");
  EXPECT_EQ(Table("content", TextMode::kBinary).column(0).text(0), "\0\x80"sv);
  EXPECT_THAT(Table("attributes", TextMode::kBinary).column(0).map(0), ElementsAre(Pair("n\xFF", "v\xFE")));
}

TEST_F(TextModeTest, Utf8MendsEveryTextOfARow) {
  Post({.channel = "\xFF", .author = "\xC3", .content = "\0\x80"sv, .attributes = {{"n\xFF", "v\xFE"}}});
  EXPECT_EQ(Table("channel", TextMode::kUtf8).column(0).text(0), Bad(1));
  EXPECT_EQ(Table("author", TextMode::kUtf8).column(0).text(0), Bad(1));
  EXPECT_EQ(Table("content", TextMode::kUtf8).column(0).text(0), "\0"s + Bad(1));
  EXPECT_THAT(Table("attributes", TextMode::kUtf8).column(0).map(0), ElementsAre(Pair("n" + Bad(1), "v" + Bad(1))));
  EXPECT_EQ(Table("attributes.n\xFF", TextMode::kUtf8).column(0).text(0), "v" + Bad(1));
}

}  // namespace
}  // namespace rookery::columns
