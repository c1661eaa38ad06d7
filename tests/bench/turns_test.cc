#include "bench/turns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "bench/contender.h"

namespace rookery::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Turn RoundTurn(std::string_view name) {
  return {name, [](int round) { return Measurement{{"round", "", static_cast<double>(round)}}; }};
}

class TurnsTest : public ::testing::Test {
 protected:
  std::vector<ContenderRounds> Take(const std::vector<Turn>& turns, int rounds) {
    return TakeTurns(turns, rounds, [this](int round, std::string_view name, const Measurement& measurement) {
      EXPECT_EQ(measurement.front().value, round);
      order_.emplace_back(name);
    });
  }

  std::vector<std::string> order_;
};

TEST_F(TurnsTest, EachRoundAnotherOneIsFirst) {
  Take({RoundTurn("a"), RoundTurn("b"), RoundTurn("c")}, 4);
  EXPECT_THAT(order_, ElementsAre("a", "b", "c", "b", "c", "a", "c", "a", "b", "a", "b", "c"));
}

TEST_F(TurnsTest, AnswersInTheOrderOfTheTurnsWithAllRounds) {
  const std::vector<ContenderRounds> all = Take({RoundTurn("a"), RoundTurn("b")}, 3);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].contender, "a");
  EXPECT_EQ(all[1].contender, "b");
  for (const ContenderRounds& one : all) {
    ASSERT_EQ(one.rounds.size(), 3U);
    for (std::size_t round = 0; round < 3; ++round) EXPECT_EQ(one.rounds[round].front().value, round);
  }
}

TEST_F(TurnsTest, NobodyTakesNoTurns) { EXPECT_THAT(Take({}, 3), IsEmpty()); }

constexpr std::array kKinds = {ContenderKind{"a", "", nullptr}, ContenderKind{"b", "", nullptr},
                               ContenderKind{"c", "", nullptr}};

std::vector<std::string> NamesChosenBy(const std::vector<std::string>& names) {
  std::vector<std::string> chosen;
  for (const ContenderKind& kind : ChosenOf(std::span<const ContenderKind>(kKinds), std::span(names))) {
    chosen.emplace_back(kind.name);
  }
  return chosen;
}

TEST(ChosenOfTest, NoNamesChooseAll) { EXPECT_THAT(NamesChosenBy({}), ElementsAre("a", "b", "c")); }

TEST(ChosenOfTest, KeepsTheOrderOfTheTableAndSkipsNamesOfOthers) {
  EXPECT_THAT(NamesChosenBy({"c", "a", "elsewhere"}), ElementsAre("a", "c"));
  EXPECT_THAT(NamesChosenBy({"elsewhere"}), IsEmpty());
}

}  // namespace
}  // namespace rookery::bench
