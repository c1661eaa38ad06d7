// Text helpers, base64 and the times of JSON.
#include "admin/text.h"

#include <gtest/gtest.h>

#include "admin/import/calendar.h"
#include "admin/message_json.h"
#include "tests/support/seeded_random.h"

namespace rookery::admin {
namespace {

Timestamp Ms(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

TEST(TextTest, QuotesControlCharactersAndBytesThatAreNotUtf8) {
  EXPECT_EQ(Quoted("a\"b\n"), "\"a\\x22b\\x0a\"");
  EXPECT_EQ(Quoted("caf\xC3\xA9"), "\"caf\xC3\xA9\"");
  EXPECT_EQ(Quoted("caf\xE9"), "\"caf\\xe9\"");
}

TEST(TextTest, QuotedCutsBetweenCharacters) { EXPECT_EQ(Quoted("caf\xC3\xA9s", 4), "\"caf...\""); }

TEST(TextTest, TakesDigitsOnlyWhenThereAreEnough) {
  std::string_view text = "2026-1";
  EXPECT_EQ(TakeDigits(&text, 4), 2026);
  EXPECT_EQ(text, "-1");
  EXPECT_EQ(TakeDigits(&text, 1), std::nullopt);
  EXPECT_EQ(text, "-1");
}

TEST(TextTest, ParsesWholeNumbersOnly) {
  EXPECT_EQ(ParseInteger("-12"), -12);
  EXPECT_EQ(ParseInteger("12x"), std::nullopt);
  EXPECT_EQ(ParseInteger(""), std::nullopt);
  EXPECT_EQ(ParseUnsigned("18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(ParseUnsigned("18446744073709551616"), std::nullopt);
}

TEST(Base64Test, EncodesAsTheStandardDoes) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64("\xFF\xFE"), "//4=");
}

TEST(Base64Test, RefusesWhatIsNotBase64) {
  for (const std::string_view text : {"Zg", "Zg=", "Z===", "=Zg=", "Zh==", "Zm9=", "Zm 8=", "Zm8\n"}) {
    EXPECT_EQ(FromBase64(text), std::nullopt) << text;
  }
}

TEST(Base64Test, RoundTripsAnyBytes) {
  testing::SeededRandom random(7);
  SCOPED_TRACE(random.trace());
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string bytes = random.Bytes(size);
    EXPECT_EQ(FromBase64(Base64(bytes)), bytes);
  }
}

TEST(TimestampTest, FormatsInUtcWithMilliseconds) {
  EXPECT_EQ(FormatTimestamp(Ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatTimestamp(Ms(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatTimestamp(Ms(1'769'903'999'123)), "2026-01-31T23:59:59.123Z");
}

TEST(TimestampTest, WritesTimesOutsideTheCalendarAsMilliseconds) {
  EXPECT_EQ(FormatTimestamp(kYear10000), "253402300800000");
  EXPECT_EQ(ParseTimestamp("253402300800000"), kYear10000);
}

TEST(TimestampTest, ParsesRfc3339WithAnyOffset) {
  const Timestamp time = Ms(1'769'903'999'123);
  for (const std::string_view text :
       {"2026-01-31T23:59:59.123Z", "2026-01-31 23:59:59.1239z", "2026-02-01T01:59:59.123+02:00",
        "2026-01-31T18:29:59.123-0530", "1769903999123"}) {
    EXPECT_EQ(ParseTimestamp(text), time) << text;
  }
  EXPECT_EQ(ParseTimestamp("2026-01-31"), Ms(1'769'817'600'000));
  EXPECT_EQ(ParseTimestamp("2026-01-31T00:00Z"), Ms(1'769'817'600'000));
}

TEST(TimestampTest, RefusesWhatIsNoTime) {
  for (const std::string_view text :
       {"", "yesterday", "2026-02-30", "2026-13-01", "2026-01-31T24:00:00Z", "2026-01-31T23:59:59",
        "2026-01-31T23:59:59.Z", "2026-01-31T23:59:59+25:00", "2026-01-31Tx", "2026-1-31", "99999999999999999999"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  }
}

TEST(TimestampTest, RoundTripsAnyTime) {
  testing::SeededRandom random(11);
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 2000; ++i) {
    const Timestamp time = Ms(static_cast<std::int64_t>(random.Next()) >> random.Below(40));
    EXPECT_EQ(ParseTimestamp(FormatTimestamp(time)), time);
  }
}

TEST(CalendarTest, ParsesMailDates) {
  EXPECT_EQ(ParseMailDate("Sat, 10 Oct 2020 21:01:16 +0200"), Ms(1'602'356'476'000));
  EXPECT_EQ(ParseMailDate("10 Oct 2020 19:01:16 GMT"), Ms(1'602'356'476'000));
  EXPECT_EQ(ParseMailDate("Sat,  3 Oct 2020  9:01:16 -0000"), Ms(1'601'715'676'000));
  for (const std::string_view text : {"", "Sat, 10 Oct 2020", "Sat, 32 Oct 2020 21:01:16 +0200",
                                      "Sat, 10 Foo 2020 21:01:16 +0200", "Sat, 10 Oct 2020 21:01:16 CEST"}) {
    EXPECT_EQ(ParseMailDate(text), std::nullopt) << text;
  }
}

TEST(CalendarTest, FindsTheDateInAFileName) {
  const auto date = [](std::string_view name) {
    const auto found = FindDate(name);
    return found ? FormatTimestamp(Timestamp{std::chrono::sys_days{found->date}}).substr(0, 10) : std::string("none");
  };
  EXPECT_EQ(date("2016-01-25.log"), "2016-01-25");
  EXPECT_EQ(date("#chan.20160125.log.gz"), "2016-01-25");
  EXPECT_EQ(date("#chan_2016_01_25"), "2016-01-25");
  EXPECT_EQ(date("room-2016-13-25.log"), "none");
  EXPECT_EQ(date("1234567890123.log"), "none");
  EXPECT_EQ(date("chat.log"), "none");
}

}  // namespace
}  // namespace rookery::admin
