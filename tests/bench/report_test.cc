#include "bench/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "bench/failure.h"
#include "tests/support/temp_dir.h"

namespace rookery::bench {
namespace {

using ::testing::HasSubstr;

constexpr const char* kMounts =
    "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
    "30 22 0:26 / /tmp rw shared:5 - tmpfs tmpfs rw\n"
    "31 22 0:27 / /tmpfiles rw shared:6 master:1 - xfs /dev/vdb rw\n";

const Sizes kSizes{.chat = {.messages = 1'234'567, .channels = 10}, .rounds = 3, .content_bytes = 246'913'400};

TEST(FileSystemTest, IsThatOfTheLongestMountPoint) {
  EXPECT_EQ(FileSystemOf("/var/stores", kMounts), "ext4");
  EXPECT_EQ(FileSystemOf("/tmp", kMounts), "tmpfs");
  EXPECT_EQ(FileSystemOf("/tmp/stores", kMounts), "tmpfs");
  EXPECT_EQ(FileSystemOf("/tmpfiles/stores", kMounts), "xfs");
}

TEST(FileSystemTest, IsUnknownWithoutMounts) { EXPECT_EQ(FileSystemOf("/tmp", ""), "unknown"); }

TEST(ReportTest, TheHeaderSaysMachineSizesAndVersions) {
  const std::string text = HeaderText({.cpu = "Abacus", .cores = 4, .sqlite = "3.40"}, kSizes);
  EXPECT_THAT(text, HasSubstr("Abacus, 4 cores"));
  EXPECT_THAT(text, HasSubstr("1,234,567 messages of 200 bytes on average in 10 channels"));
  EXPECT_THAT(text, HasSubstr("SQLite 3.40"));
}

TEST(ReportTest, TheTableShowsValueUnitAndRatio) {
  const std::string text = TableText("title", {{"scroll", "fast", "rate", "pages/s", 12345.6, "base", 1.5}});
  EXPECT_THAT(text, HasSubstr("title"));
  EXPECT_THAT(text, ::testing::ContainsRegex("fast +rate +12,346 pages/s +base +1.50"));
}

TEST(ReportTest, TheTableShowsADashWhereThereIsNoRatio) {
  const std::string text = TableText("title", {{"scroll", "alone", "p50", "us", 1.25}});
  EXPECT_THAT(text, ::testing::ContainsRegex("alone +p50 +1.25 us +- +-"));
}

TEST(ReportTest, JsonHasTheRowsAndWhatTheyDependOn) {
  const auto json = nlohmann::json::parse(
      ToJson({.cpu = "Abacus", .commit = "abc"}, kSizes,
             {{"scroll", "fast", "rate", "pages/s", 2.5, "base", 1.5}, {"scroll", "alone", "p50", "us", 1.25}}));
  EXPECT_EQ(json["machine"]["cpu"], "Abacus");
  EXPECT_EQ(json["commit"], "abc");
  EXPECT_EQ(json["sizes"]["messages"], 1'234'567);
  EXPECT_EQ(json["rows"][0], nlohmann::json::parse(R"({"scenario": "scroll", "contender": "fast", "metric": "rate",
      "unit": "pages/s", "value": 2.5, "ratio_to": "base", "ratio": 1.5})"));
  EXPECT_TRUE(json["rows"][1]["ratio"].is_null());
  EXPECT_TRUE(json["rows"][1]["ratio_to"].is_null());
}

TEST(WriteFileTest, ReplacesWhatWasThere) {
  const testing::TempDir folder;
  WriteFile(folder / "results.json", "old and longer");
  WriteFile(folder / "results.json", "new");
  std::ifstream file(folder / "results.json");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "new");
}

TEST(WriteFileTest, FailsWhereItCannotWrite) {
  const testing::TempDir folder;
  EXPECT_THROW(WriteFile(folder / "missing" / "results.json", "text"), Failure);
}

}  // namespace
}  // namespace rookery::bench
