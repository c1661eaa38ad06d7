#include "cells/cell_rules.h"

#include <gtest/gtest.h>

namespace rookery::cells {
namespace {

constexpr CellIndex kGuilds{1};
constexpr CellIndex kBig{2};

CellRules Rules() {
  CellRules rules;
  rules.AddPrefix("guild/", kGuilds);
  rules.AddPrefix("guild/7/", kBig);
  return rules;
}

TEST(CellRulesTest, WithoutRulesAllIsInTheMainCell) { EXPECT_EQ(CellRules().Find("general"), kMain); }

TEST(CellRulesTest, ThePrefixIsAskedForBytes) {
  EXPECT_EQ(Rules().Find("guild/1"), kGuilds);
  EXPECT_EQ(Rules().Find("guild/"), kGuilds);
  EXPECT_EQ(Rules().Find("guild"), kMain);
  EXPECT_EQ(Rules().Find("Guild/1"), kMain);
}

TEST(CellRulesTest, TheLongestPrefixDecides) {
  EXPECT_EQ(Rules().Find("guild/7/general"), kBig);
  EXPECT_EQ(Rules().Find("guild/77"), kGuilds);
  EXPECT_EQ(Rules().Explain("guild/7/general").prefix, "guild/7/");
}

TEST(CellRulesTest, AChannelsOwnPlaceComesBeforeAllPrefixes) {
  CellRules rules = Rules();
  rules.Place("guild/7/general", kMain);
  EXPECT_EQ(rules.Find("guild/7/general"), kMain);
  EXPECT_TRUE(rules.Explain("guild/7/general").placed);
  EXPECT_EQ(rules.Find("guild/7/general/2"), kBig);
  rules.Place("guild/7/general", kGuilds);
  EXPECT_EQ(rules.Find("guild/7/general"), kGuilds);
  EXPECT_EQ(rules.CountPlaced(kGuilds), 1U);
  EXPECT_EQ(rules.CountPlaced(kMain), 0U);
}

TEST(CellRulesTest, ACopyGoesItsOwnWay) {
  const CellRules before = Rules();
  CellRules after = before;
  after.AddPrefix("dm/", CellIndex{3});
  EXPECT_EQ(before.Find("dm/1"), kMain);
  EXPECT_EQ(after.Find("dm/1"), CellIndex{3});
  EXPECT_TRUE(after.has_prefix("dm/"));
  EXPECT_FALSE(after.has_prefix("dm"));
}

}  // namespace
}  // namespace rookery::cells
