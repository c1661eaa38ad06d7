#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "bench/scenario.h"

namespace rookery::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string_view> Named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ScenarioKind& kind : ScenariosNamed(name)) names.push_back(kind.name);
  return names;
}

TEST(ScenariosTest, AWholeNameChoosesThatOneOnly) {
  EXPECT_THAT(Named("herd"), ElementsAre("herd"));
  EXPECT_THAT(Named("herd_disk"), ElementsAre("herd_disk"));
}

TEST(ScenariosTest, TheBeginningOfNamesChoosesThemAll) {
  EXPECT_THAT(Named("ingest"), ElementsAre("ingest_one", "ingest_batch"));
  EXPECT_THAT(Named("ingest_"), IsEmpty());
}

TEST(ScenariosTest, AllChoosesEverything) { EXPECT_EQ(Named("all").size(), AllScenarios().size()); }

TEST(ScenariosTest, TheBaselineOfOwnEntrantsIsOneOfThem) {
  for (const ScenarioKind& kind : AllScenarios()) {
    const auto* own = std::get_if<ScenarioKind::ForItsOwn>(&kind.make);
    if (own == nullptr) continue;
    const Entrants entrants = (*own)();
    const auto is_baseline = [&](const Entrant& entrant) { return entrant.name == entrants.baseline; };
    EXPECT_EQ(std::count_if(entrants.all.begin(), entrants.all.end(), is_baseline), 1) << kind.name;
  }
}

}  // namespace
}  // namespace rookery::bench
