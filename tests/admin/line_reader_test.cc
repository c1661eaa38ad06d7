#include "admin/import/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/admin/memory_stream.h"
#include "tests/support/status_matchers.h"

namespace rookery::admin {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Lines(std::string text, std::size_t max_line_bytes = 1000, std::size_t piece = 7) {
  MemoryStream stream(std::move(text), piece);
  LineReader reader(&stream, max_line_bytes);
  std::vector<std::string> lines;
  for (Line line;;) {
    const auto more = reader.Next(&line);
    EXPECT_OK(more);
    if (!more.has_value() || !*more) return lines;
    EXPECT_EQ(line.number, lines.size() + 1);
    lines.push_back(line.too_long ? "<too long>" : std::string(line.text));
  }
}

TEST(LineReaderTest, EndsLinesAtEitherKindOfLineEnd) {
  EXPECT_THAT(Lines("one\r\ntwo\n\nfour\n"), ElementsAre("one", "two", "", "four"));
}

TEST(LineReaderTest, TakesALastLineWithoutItsEnd) { EXPECT_THAT(Lines("one\ntwo"), ElementsAre("one", "two")); }

TEST(LineReaderTest, FindsNothingInNothing) { EXPECT_THAT(Lines(""), ElementsAre()); }

TEST(LineReaderTest, KeepsNulBytesAndLoneCarriageReturns) {
  EXPECT_THAT(Lines(std::string("a\0b\rc\n", 6)), ElementsAre(std::string("a\0b\rc", 5)));
}

TEST(LineReaderTest, SkipsAByteOrderMark) {
  EXPECT_THAT(Lines("\xEF\xBB\xBFone\n\xEF\xBB\xBFtwo"), ElementsAre("one", "\xEF\xBB\xBFtwo"));
}

TEST(LineReaderTest, AnnouncesALongLineAndGoesOnAfterIt) {
  const std::string text = "one\n" + std::string(50, 'x') + "\nthree\n" + std::string(50, 'y');
  EXPECT_THAT(Lines(text, 20), ElementsAre("one", "<too long>", "three", "<too long>"));
}

TEST(LineReaderTest, TakesALineOfExactlyTheLimit) {
  EXPECT_THAT(Lines(std::string(20, 'x') + "\n" + std::string(21, 'y') + "\n", 20),
              ElementsAre(std::string(20, 'x'), "<too long>"));
}

TEST(LineReaderTest, TellsWhereALineBegins) {
  MemoryStream stream("one\r\n" + std::string(50, 'x') + "\nthree");
  LineReader reader(&stream, 20);
  std::vector<std::uint64_t> offsets;
  for (Line line; reader.Next(&line).value();) offsets.push_back(line.offset);
  EXPECT_THAT(offsets, ElementsAre(0, 5, 56));
}

TEST(LineReaderTest, HoldsNoMoreThanTheLimitOfAnEndlessLine) {
  EndlessStream stream('x', std::uint64_t{1} << 30);
  LineReader reader(&stream, std::size_t{1} << 20);
  Line line;
  ASSERT_TRUE(reader.Next(&line).value());
  EXPECT_TRUE(line.too_long);
  EXPECT_FALSE(reader.Next(&line).value());
}

}  // namespace
}  // namespace rookery::admin
