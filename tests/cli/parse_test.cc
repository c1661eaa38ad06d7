// What people type as numbers, times and lists.
#include "tools/rookery/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/message_json.h"
#include "tests/support/status_matchers.h"
#include "tools/rookery/routing_options.h"

namespace rookery::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Timestamp kNow = *admin::ParseTimestamp("2026-03-10T12:30:00Z");

std::string Moment(std::string_view text) {
  const Result<Timestamp> moment = ParseMoment(text, kNow);
  return moment ? admin::FormatTimestamp(*moment) : "not a time";
}

TEST(ParseTest, NumbersAreStrict) {
  EXPECT_EQ(*ParseCount("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.5", "0x10", "1e3", "18446744073709551616", "ten"}) {
    EXPECT_CODE(ParseCount(text), StatusCode::kInvalidArgument);
  }
  EXPECT_CODE(ParsePositive("0"), StatusCode::kInvalidArgument);
  EXPECT_CODE(ParseSmallCount("4294967296"), StatusCode::kInvalidArgument);
}

TEST(ParseTest, SizesHaveUnits) {
  EXPECT_EQ(*ParseSize("1048576"), 1'048'576U);
  EXPECT_EQ(*ParseSize("64MiB"), std::size_t{64} << 20);
  EXPECT_EQ(*ParseSize("2 GiB"), std::size_t{2} << 30);
  EXPECT_EQ(*ParseSize("5k"), 5000U);
  EXPECT_EQ(*ParseSize("7MB"), 7'000'000U);
  for (const char* text : {"", "MiB", "-1", "1.5GiB", "64 M i B x", "1ib", "3x", "99999999999TiB"}) {
    EXPECT_CODE(ParseSize(text), StatusCode::kInvalidArgument);
  }
}

TEST(ParseTest, SecondsMayBeParts) {
  EXPECT_EQ(ParseSeconds("2")->count(), 2000);
  EXPECT_EQ(ParseSeconds("0.25")->count(), 250);
  EXPECT_EQ(ParseSeconds("86400")->count(), 86'400'000);
  for (const char* text : {"", "0", "-1", "1s", "nan", "inf", "0.0001", "86401", "1e300"}) {
    EXPECT_CODE(ParseSeconds(text), StatusCode::kInvalidArgument);
  }
}

TEST(ParseTest, MessageIdsAreInTheirRange) {
  EXPECT_EQ(ParseMessageId("9223372036854775807")->value, MessageId::kMax);
  EXPECT_CODE(ParseMessageId("9223372036854775808"), StatusCode::kInvalidArgument);
  EXPECT_CODE(ParseMessageId("0"), StatusCode::kInvalidArgument);
}

TEST(ParseTest, MomentsAreExactOrRelative) {
  EXPECT_EQ(Moment("2026-01-31T23:59:59+02:00"), "2026-01-31T21:59:59.000Z");
  EXPECT_EQ(Moment("2026-01-31"), "2026-01-31T00:00:00.000Z");
  EXPECT_EQ(Moment("1767225600000"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(Moment("now"), "2026-03-10T12:30:00.000Z");
  EXPECT_EQ(Moment("today"), "2026-03-10T00:00:00.000Z");
  EXPECT_EQ(Moment("yesterday"), "2026-03-09T00:00:00.000Z");
  EXPECT_EQ(Moment("90s"), "2026-03-10T12:28:30.000Z");
  EXPECT_EQ(Moment("2h"), "2026-03-10T10:30:00.000Z");
  EXPECT_EQ(Moment("1w"), "2026-03-03T12:30:00.000Z");
}

TEST(ParseTest, WhatIsNoMomentIsRefused) {
  for (const char* text :
       {"", "2026", "2026-13-01", "2 h", "-2h", "2y", "h", "99999999d", "tomorrow", "2026-01-31 x"}) {
    EXPECT_EQ(Moment(text), "not a time") << text;
  }
}

TEST(ParseTest, EpochsHaveNames) {
  EXPECT_EQ(ParseEpoch("unix")->time_since_epoch().count(), 0);
  EXPECT_EQ(admin::FormatTimestamp(*ParseEpoch("discord")), "2015-01-01T00:00:00.000Z");
  EXPECT_CODE(ParseEpoch("1767225600000"), StatusCode::kInvalidArgument);
}

TEST(ParseTest, OffsetsAreHoursAndMinutes) {
  EXPECT_EQ(ParseUtcOffset("+02:00")->count(), 120);
  EXPECT_EQ(ParseUtcOffset("-0530")->count(), -330);
  EXPECT_EQ(ParseUtcOffset("Z")->count(), 0);
  for (const char* text : {"", "2", "+2", "+02:60", "+15:00", "02:00", "+0a:00"}) {
    EXPECT_CODE(ParseUtcOffset(text), StatusCode::kInvalidArgument);
  }
}

TEST(ParseTest, ListsAreCutAtCommas) {
  EXPECT_THAT(SplitAtCommas("a,m,t"), ElementsAre("a", "m", "t"));
  EXPECT_THAT(SplitAtCommas("a,"), ElementsAre("a", ""));
  EXPECT_THAT(*ParseWeights("1,1,2"), ElementsAre(1, 1, 2));
  EXPECT_CODE(ParseWeights("1,,2"), StatusCode::kInvalidArgument);
}

TEST(ParseTest, PairsAreCutAtTheRightEqualsSign) {
  EXPECT_EQ(ParseAttribute("a=b=c")->second, "b=c");
  EXPECT_EQ(ParseAssignment("a=b=3")->first, "a=b");
  EXPECT_CODE(ParseAttribute("=x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(ParseAssignment("general"), StatusCode::kInvalidArgument);
}

TEST(RoutingOptionsTest, EveryStrategyTakesItsOwnOptions) {
  EXPECT_EQ(std::get<HashRouting>(*BuildRouting({.shards = 4})).shards, 4);
  EXPECT_THAT(std::get<RangeRouting>(*BuildRouting({.strategy = "range", .splits = {"a"}})).splits, ElementsAre("a"));
  const Routing weighted = *BuildRouting({.strategy = "directory", .weights = {1, 2, 3}});
  EXPECT_EQ(std::get<DirectoryRouting>(weighted).placement, Placement::kWeighted);
  EXPECT_EQ(std::get<DirectoryRouting>(weighted).shards, 3);
}

TEST(RoutingOptionsTest, OptionsOfAnotherStrategyAreNamed) {
  EXPECT_THAT(BuildRouting({.splits = {"a"}}).error().message(), HasSubstr("--routing range"));
  EXPECT_THAT(BuildRouting({.weights = {1}}).error().message(), HasSubstr("--routing directory"));
  EXPECT_THAT(BuildRouting({.strategy = "range"}).error().message(), HasSubstr("--splits"));
  EXPECT_CODE(BuildRouting({.strategy = "range", .shards = 5, .splits = {"a"}}), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rookery::cli
