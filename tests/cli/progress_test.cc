// The words of progress, and who gets which layout and colours.
#include "tools/rookery/progress.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tools/rookery/settings.h"

namespace rookery::cli {
namespace {

using std::chrono::seconds;

constexpr ProgressSample kHalf{.items = 3'200'000, .bytes = 41U << 20, .total_bytes = 82U << 20};

TEST(ProgressTest, ALineTellsCountShareRateAndTimeLeft) {
  EXPECT_EQ(ProgressLine("import", "messages", kHalf, seconds{1}), "import  3.2M messages  50 %  41.0 MiB/s  ETA 0:01");
}

TEST(ProgressTest, APhaseIsNamed) {
  const ProgressSample writing{.items = 2000, .total_items = 8000, .phase = "writing"};
  EXPECT_EQ(ProgressLine("import", "messages", writing, seconds{2}),
            "import: writing  2.0k messages  25 %  1.0k messages/s  ETA 0:06");
  EXPECT_EQ(ProgressToJson("import", writing, seconds{2})["progress"]["phase"], "writing");
}

TEST(ProgressTest, WithoutBytesTheRateIsInItems) {
  EXPECT_EQ(ProgressLine("verify", "rows", {.items = 2000, .total_items = 8000}, seconds{2}),
            "verify  2.0k rows  25 %  1.0k rows/s  ETA 0:06");
}

TEST(ProgressTest, AKnownRateCountsForMoreThanTheTimeThatPassed) {
  const ProgressSample resumed{
      .items = 10, .bytes = 30U << 20, .total_bytes = 40U << 20, .bytes_per_second = 1U << 20, .phase = "backfill"};
  EXPECT_EQ(ProgressLine("reshard", "rows", resumed, seconds{1}),
            "reshard: backfill  10 rows  75 %  1.0 MiB/s  ETA 0:10");
}

TEST(ProgressTest, APhaseThatCountsNothingIsOnlyNamed) {
  EXPECT_EQ(ProgressLine("reshard", "rows", {.phase = "compare"}, seconds{1}), "reshard: compare");
}

TEST(ProgressTest, WithoutATotalThereIsNoTimeLeft) {
  EXPECT_EQ(ProgressLine("export", "lines", {.items = 10}, seconds{1}), "export  10 lines  10 lines/s");
  EXPECT_EQ(TimeLeft({}, seconds{5}), std::nullopt);
}

TEST(ProgressTest, AnEstimateThatWasTooLowIsNotNegative) {
  EXPECT_EQ(TimeLeft({.items = 9, .total_items = 3}, seconds{5}), seconds{0});
}

TEST(ProgressTest, JsonHasTheNumbers) {
  const auto progress = ProgressToJson("import", kHalf, seconds{1})["progress"];
  EXPECT_EQ(progress["command"], "import");
  EXPECT_EQ(progress["items"], 3'200'000);
  EXPECT_EQ(progress["total_bytes"], 82U << 20);
  EXPECT_EQ(progress["seconds_left"], 1);
}

constexpr Surroundings kTerminal{.stdout_is_terminal = true, .stderr_is_terminal = true};

TEST(SettingsTest, PipesGetTabsAndTerminalsColumns) {
  EXPECT_EQ(Resolve({}, {}).layout, Layout::kTabs);
  EXPECT_EQ(Resolve({}, kTerminal).layout, Layout::kTerminal);
  EXPECT_EQ(Resolve({.json = true}, kTerminal).layout, Layout::kJson);
  EXPECT_EQ(Resolve({.color = "always"}, {}).layout, Layout::kTerminal);
}

TEST(SettingsTest, TheFlagBeatsTheEnvironmentBeatsTheTerminal) {
  Surroundings surroundings = kTerminal;
  EXPECT_TRUE(Resolve({}, surroundings).color_out);
  surroundings.no_color = true;
  EXPECT_FALSE(Resolve({}, surroundings).color_out);
  EXPECT_TRUE(Resolve({.color = "always"}, surroundings).color_out);
  surroundings = {.force_color = true};
  EXPECT_TRUE(Resolve({}, surroundings).color_error);
  EXPECT_FALSE(Resolve({}, surroundings).color_out);
  EXPECT_FALSE(Resolve({.color = "never"}, surroundings).color_error);
}

TEST(SettingsTest, JsonHasNoColours) {
  const Settings settings = Resolve({.json = true, .color = "always"}, kTerminal);
  EXPECT_FALSE(settings.color_out);
  EXPECT_FALSE(settings.color_error);
}

TEST(SettingsTest, ProgressIsALineOnTerminalsOnly) {
  EXPECT_EQ(Resolve({}, kTerminal).progress, ProgressMode::kLine);
  EXPECT_EQ(Resolve({}, {}).progress, ProgressMode::kNone);
  EXPECT_EQ(Resolve({.quiet = true}, kTerminal).progress, ProgressMode::kNone);
  EXPECT_EQ(Resolve({.quiet = true, .progress = "json"}, {}).progress, ProgressMode::kJson);
}

}  // namespace
}  // namespace rookery::cli
