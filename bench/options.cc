#include "bench/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "bench/contender.h"
#include "bench/scenario.h"

namespace rookery::bench {
namespace {

constexpr int kUsageError = 2;
constexpr const char* kAbout =
    "Compares Rookery with raw RocksDB, LMDB and SQLite on a made-up chat. Every answer is checked.\n"
    "Ratios are to raw RocksDB with the same options, or to the baseline of a scenario that is not for the "
    "contenders,\n"
    "taken round by round.";

// Smoke runs show that everything works and agrees; their times mean nothing.
constexpr std::size_t kSmokeMessages = 5000;
constexpr std::size_t kSmokeChannels = 200;
constexpr int kSmokeRounds = 1;

std::string CheckScenario(const std::string& name) {
  if (!ScenariosNamed(name).empty()) return {};
  std::string known = "all";
  for (const ScenarioKind& kind : AllScenarios()) known.append(", ").append(kind.name);
  return "there is no scenario \"" + name + "\"; there are: " + known;
}

/// Contenders, then the entrants of scenarios that bring their own; each once.
std::vector<std::string_view> NamesToChooseFrom() {
  std::vector<std::string_view> names;
  const auto add = [&names](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const ContenderKind& kind : AllContenders()) add(kind.name);
  for (const ScenarioKind& kind : AllScenarios()) {
    const auto* own = std::get_if<ScenarioKind::ForItsOwn>(&kind.make);
    if (own == nullptr) continue;
    for (const Entrant& entrant : (*own)().all) add(entrant.name);
  }
  return names;
}

std::string CheckContender(const std::string& name) {
  const std::vector<std::string_view> names = NamesToChooseFrom();
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  std::string known;
  for (const std::string_view one : names) known.append(known.empty() ? "" : ", ").append(one);
  return "there is no contender \"" + name + "\"; there are: " + known;
}

}  // namespace

std::variant<Options, int> ParseOptions(int argc, char** argv) {
  Options options;
  options.directory = std::filesystem::temp_directory_path();
  bool smoke = false;
  CLI::App app(kAbout, "rookery-bench");
  app.add_option("--scenario", options.scenario, "which to run, or how its name begins; see --list")
      ->check(CheckScenario)
      ->capture_default_str();
  app.add_option("--contender", options.contenders,
                 "run only this one; may be given several times, and an entrant of a scenario; see --list")
      ->check(CheckContender);
  auto* messages = app.add_option("--messages", options.messages, "messages in the chat")
                       ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
                       ->capture_default_str();
  auto* channels = app.add_option("--channels", options.channels, "channels they are in")
                       ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}))
                       ->capture_default_str();
  auto* rounds = app.add_option("--rounds", options.rounds, "how often each contender runs")
                     ->check(CLI::Range(1, 1000))
                     ->capture_default_str();
  app.add_flag("--smoke", smoke, "small sizes and one round, unless given: shows that answers agree, measures nothing");
  app.add_option("--json", options.json, "also write the results to this file");
  app.add_option("--dir", options.directory, "where the stores are made, and removed again")->capture_default_str();
  app.add_flag("--list", options.list, "list scenarios and contenders, and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  if (smoke) {
    if (messages->empty()) options.messages = kSmokeMessages;
    if (channels->empty()) options.channels = kSmokeChannels;
    if (rounds->empty()) options.rounds = kSmokeRounds;
  }
  return options;
}

}  // namespace rookery::bench
