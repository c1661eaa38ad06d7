// Values of other producers' arrays: every type that is taken, in every layout, and what is said of the others.
#include "columns/arrow_values.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/columns/arrow_maker.h"
#include "tests/columns/columns_fixture.h"

namespace rookery::columns {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

Reader<std::string_view> TextReader(const char* format) {
  return TextReaderFor(*MakeType({.format = format, .name = "c"}).get()).value();
}
Reader<std::int64_t> NumberReader(const char* format) {
  return NumberReaderFor(*MakeType({.format = format, .name = "c"}).get()).value();
}

const Texts kTexts = {"ada",          "",     std::nullopt, "a text that no view holds in itself",
                      "exactly 12 b", "\xFF", std::nullopt};

void ExpectTexts(const Reader<std::string_view>& read, OwnedArray whole) {
  for (std::size_t first = 0; first < kTexts.size(); ++first) {
    for (std::size_t i = first; i < kTexts.size(); ++i) {
      EXPECT_EQ(read(*whole.get(), static_cast<std::int64_t>(i - first)), kTexts[i]) << first << " and " << i;
    }
    whole = WithoutFirst(std::move(whole), 1);
  }
}

TEST(ArrowValuesTest, TextsAreReadInEveryLayoutFromEveryOffset) {
  for (const char* format : {"u", "z"}) ExpectTexts(TextReader(format), MakeTexts<std::int32_t>(kTexts));
  for (const char* format : {"U", "Z"}) ExpectTexts(TextReader(format), MakeTexts<std::int64_t>(kTexts));
  for (const char* format : {"vu", "vz"}) ExpectTexts(TextReader(format), MakeViews(kTexts));
}

template <typename Index>
void ExpectDictionary(const char* format) {
  OwnedSchema type = MakeType({.format = format, .name = "c"});
  OwnedSchema of_values = MakeType({.format = "u", .name = ""});
  type->dictionary = of_values.get();
  OwnedArray array = MakeNumbers<Index>({Index{2}, std::nullopt, Index{0}, Index{1}, Index{2}});
  // The dictionary may be a slice itself, and have nulls of its own.
  OwnedArray values = WithoutFirst(MakeTexts<std::int32_t>({"not in it", "ada", std::nullopt, "bob"}), 1);
  array->dictionary = values.get();
  const auto read = TextReaderFor(*type.get()).value();
  const Texts expected = {"bob", std::nullopt, "ada", std::nullopt, "bob"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(read(*array.get(), static_cast<std::int64_t>(i)), expected[i]) << format << i;
  }
}

TEST(ArrowValuesTest, TextsAreReadThroughDictionaries) {
  ExpectDictionary<std::int8_t>("c");
  ExpectDictionary<std::uint8_t>("C");
  ExpectDictionary<std::int16_t>("s");
  ExpectDictionary<std::uint16_t>("S");
  ExpectDictionary<std::int32_t>("i");
  ExpectDictionary<std::uint32_t>("I");
  ExpectDictionary<std::int64_t>("l");
  ExpectDictionary<std::uint64_t>("L");
}

template <typename Value>
void ExpectNumbers(const char* format) {
  constexpr Value kValues[] = {std::numeric_limits<Value>::min(), std::numeric_limits<Value>::max(), 1};
  OwnedArray array = MakeNumbers<Value>({kValues[0], std::nullopt, kValues[1], kValues[2]});
  const auto read = NumberReader(format);
  EXPECT_EQ(read(*array.get(), 0), static_cast<std::int64_t>(kValues[0])) << format;
  EXPECT_EQ(read(*array.get(), 1), std::nullopt) << format;
  const bool fits = std::cmp_less_equal(kValues[1], kMost);
  EXPECT_EQ(read(*array.get(), 2), fits ? static_cast<std::int64_t>(kValues[1]) : kDoesNotFit) << format;
  EXPECT_EQ(read(*WithoutFirst(std::move(array), 3).get(), 0), 1) << format;
}

TEST(ArrowValuesTest, NumbersAreReadOfEveryWidth) {
  ExpectNumbers<std::int8_t>("c");
  ExpectNumbers<std::uint8_t>("C");
  ExpectNumbers<std::int16_t>("s");
  ExpectNumbers<std::uint16_t>("S");
  ExpectNumbers<std::int32_t>("i");
  ExpectNumbers<std::uint32_t>("I");
  ExpectNumbers<std::int64_t>("l");
  ExpectNumbers<std::uint64_t>("L");
}

std::int64_t TimeAt(const char* format, std::int64_t value) {
  const auto read = TimeReaderFor(*MakeType({.format = format, .name = "c"}).get()).value();
  OwnedArray array = MakeNumbers<std::int64_t>({value});
  return read(*array.get(), 0)->time_since_epoch().count();
}

TEST(ArrowValuesTest, TimesOfEveryUnitAreMilliseconds) {
  EXPECT_EQ(TimeAt("tss:", 2), 2000);
  EXPECT_EQ(TimeAt("tsm:UTC", 2), 2);
  EXPECT_EQ(TimeAt("tsu:Europe/Vienna", 2999), 2);
  EXPECT_EQ(TimeAt("tsn:", 2'999'999), 2);
  EXPECT_EQ(TimeAt("tdm", 86'400'000), 86'400'000);
  EXPECT_EQ(TimeAt("l", 2), 2) << "whole milliseconds";
  OwnedArray days = MakeNumbers<std::int32_t>({-1});
  const auto read = TimeReaderFor(*MakeType({.format = "tdD", .name = "c"}).get()).value();
  EXPECT_EQ(read(*days.get(), 0), Timestamp{milliseconds{-86'400'000}});
}

TEST(ArrowValuesTest, TimesBefore1970AreRoundedDownToo) {
  EXPECT_EQ(TimeAt("tsu:", -1), -1);
  EXPECT_EQ(TimeAt("tsu:", -1000), -1);
  EXPECT_EQ(TimeAt("tsu:", -1001), -2);
  EXPECT_EQ(TimeAt("tsn:", -1), -1);
}

TEST(ArrowValuesTest, TimesThatDoNotFitAreMarked) {
  EXPECT_EQ(TimeAt("tss:", kMost), kDoesNotFit);
  EXPECT_EQ(TimeAt("tss:", kLeast), kDoesNotFit);
  EXPECT_EQ(TimeAt("tsm:", kMost), kMost);
  EXPECT_EQ(TimeAt("tsu:", kLeast), kLeast / 1000 - 1);
}

TEST(ArrowValuesTest, NothingIsNullWithoutABitmap) {
  std::vector<Buffer> buffers(2);
  buffers[1].Push(std::int64_t{5});
  OwnedArray array = MakeArray({.rows = 1}, std::move(buffers));
  array->null_count = -1;
  EXPECT_EQ(NumberReader("l")(*array.get(), 0), 5);
}

TEST(ArrowValuesTest, EverythingOfTheNullTypeIsNull) {
  OwnedArray nulls = MakeArray({.rows = 2, .nulls = 2}, {});
  EXPECT_EQ(TextReader("n")(*nulls.get(), 1), std::nullopt);
  EXPECT_EQ(NumberReader("n")(*nulls.get(), 1), std::nullopt);
  EXPECT_EQ(TimeReaderFor(*MakeType({.format = "n", .name = "c"}).get()).value()(*nulls.get(), 1), std::nullopt);
}

void ExpectRefused(const Status& status, const std::string& format) {
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("column 'c' has the Arrow type '" + format + "'"));
}

TEST(ArrowValuesTest, OtherTypesAreRefusedByName) {
  for (const char* format : {"b", "g", "l", "w:16", "+l", "+s", "d:10,2", "tsm:UTC"}) {
    ExpectRefused(TextReaderFor(*MakeType({.format = format, .name = "c"}).get()).status(), format);
  }
  for (const char* format : {"b", "e", "g", "u", "+l", "tsm:UTC", "tdD"}) {
    ExpectRefused(NumberReaderFor(*MakeType({.format = format, .name = "c"}).get()).status(), format);
  }
  for (const char* format : {"b", "g", "u", "+l", "tts", "tDm", "tiM"}) {
    ExpectRefused(TimeReaderFor(*MakeType({.format = format, .name = "c"}).get()).status(), format);
  }
  for (const char* format : {"u", "l", "+s", "+w:2", "+vl"}) {
    ExpectRefused(ListReaderFor(*MakeType({.format = format, .name = "c"}).get()).status(), format);
  }
}

TEST(ArrowValuesTest, FloatsAreToldWhatToBe) {
  const Status status = NumberReaderFor(*MakeType({.format = "g", .name = "c"}).get()).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("Int64"));
}

}  // namespace
}  // namespace rookery::columns
