#include "tests/routing/channel_names.h"

#include <array>
#include <cstdio>
#include <set>
#include <string_view>

#include "tests/support/seeded_random.h"

namespace rookery::testing {
namespace {

constexpr std::array<std::string_view, 12> kTopics{"general",   "random", "help",    "announcements",
                                                   "off-topic", "dev",    "jobs",    "music",
                                                   "gaming",    "linux",  "cooking", "events"};
constexpr std::array<std::string_view, 10> kPeople{"ada",   "alan", "barbara", "donald",   "edsger",
                                                   "grace", "john", "ken",     "margaret", "niklaus"};

std::string Pick(SeededRandom* random, const auto& words) { return std::string(words[random->Below(words.size())]); }

std::string Number(SeededRandom* random, std::uint64_t below) { return std::to_string(random->Below(below)); }

std::string Uuid(SeededRandom* random) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08llx-%04llx-4%03llx-8%03llx-%012llx",
                static_cast<unsigned long long>(random->Below(1ULL << 32)),
                static_cast<unsigned long long>(random->Below(1ULL << 16)),
                static_cast<unsigned long long>(random->Below(1ULL << 12)),
                static_cast<unsigned long long>(random->Below(1ULL << 12)),
                static_cast<unsigned long long>(random->Below(1ULL << 48)));
  return text.data();
}

std::string Name(SeededRandom* random) {
  switch (random->Below(6)) {
    case 0:
      return "guild/" + Number(random, 20'000) + "/" + Pick(random, kTopics);
    case 1:
      return "dm/" + Number(random, 100'000) + "-" + Number(random, 100'000);
    case 2:
      return "#" + Pick(random, kTopics) + "-" + Number(random, 5'000);
    case 3:
      return "dm/" + Pick(random, kPeople) + Number(random, 1'000) + "-" + Pick(random, kPeople) +
             Number(random, 1'000);
    case 4:
      return Pick(random, kPeople) + "-" + Pick(random, kTopics) + "@lists.example.org/" + Number(random, 3'000);
    default:
      return "room/" + Uuid(random);
  }
}

}  // namespace

std::vector<std::string> RealLookingChannels(std::size_t count) {
  SeededRandom random(31);
  std::set<std::string> names;
  while (names.size() < count) names.insert(Name(&random));
  return {names.begin(), names.end()};
}

}  // namespace rookery::testing
