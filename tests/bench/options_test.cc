#include "bench/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace rookery::bench {
namespace {

using ::testing::HasSubstr;

std::variant<Options, int> Parse(std::initializer_list<const char*> arguments) {
  std::vector<std::string> words = {"rookery-bench"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return ParseOptions(static_cast<int>(pointers.size()), pointers.data());
}

Options Parsed(std::initializer_list<const char*> arguments) { return std::get<Options>(Parse(arguments)); }

/// The exit code of a command line that is refused; what it printed must contain `why`.
int Refused(std::initializer_list<const char*> arguments, const std::string& why) {
  ::testing::internal::CaptureStderr();
  const auto parsed = Parse(arguments);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr(why));
  return std::get<int>(parsed);
}

TEST(OptionsTest, WithoutArgumentsRunsEverythingAtFullSize) {
  const Options options = Parsed({});
  EXPECT_EQ(options.scenario, "all");
  EXPECT_EQ(options.messages, 1'000'000U);
  EXPECT_EQ(options.channels, 10'000U);
  EXPECT_EQ(options.rounds, 5);
  EXPECT_FALSE(options.json.has_value());
}

TEST(OptionsTest, SmokeIsSmall) {
  const Options options = Parsed({"--smoke"});
  EXPECT_EQ(options.messages, 5000U);
  EXPECT_EQ(options.channels, 200U);
  EXPECT_EQ(options.rounds, 1);
}

TEST(OptionsTest, AGivenSizeOverridesSmoke) {
  const Options options = Parsed({"--smoke", "--messages", "777", "--rounds", "2"});
  EXPECT_EQ(options.messages, 777U);
  EXPECT_EQ(options.channels, 200U);
  EXPECT_EQ(options.rounds, 2);
}

TEST(OptionsTest, TheBeginningOfANameChoosesScenarios) {
  EXPECT_EQ(Parsed({"--scenario", "ingest"}).scenario, "ingest");
}

TEST(OptionsTest, RefusesAnUnknownScenarioAndNamesThoseThatThereAre) {
  EXPECT_EQ(Refused({"--scenario", "swim"}, "point_get"), 2);
}

TEST(OptionsTest, RefusesAnUnknownContenderAndNamesThoseThatThereAre) {
  EXPECT_EQ(Refused({"--contender", "paper"}, "rocksdb-codec"), 2);
}

TEST(OptionsTest, AnEntrantOfOneScenarioMayBeChosen) {
  EXPECT_EQ(Parsed({"--contender", "herd_64"}).contenders, std::vector<std::string>{"herd_64"});
  EXPECT_EQ(Refused({"--contender", "paper"}, "herd_64"), 2);
}

TEST(OptionsTest, RefusesAnEmptyChat) { EXPECT_EQ(Refused({"--messages", "0"}, "--messages"), 2); }

TEST(OptionsTest, RefusesZeroRounds) { EXPECT_EQ(Refused({"--rounds", "0"}, "--rounds"), 2); }

}  // namespace
}  // namespace rookery::bench
