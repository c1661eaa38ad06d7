// rookery-torture: runs the rigs and prints the table of docs/reliability.md. Progress goes to stderr.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"
#include "tests/torture/rigs.h"

namespace rookery::torture {
namespace {

struct Arguments {
  std::vector<std::string> names;
  std::string commit = "unknown";
  std::uint64_t seed = 0;
  std::uint64_t rounds = 0;
  std::uint64_t minutes = 0;
  bool brief = false;
  bool canary = false;
};

RigReport RunRig(const Rig& rig, const Arguments& arguments) {
  const testing::TempDir directory;
  RigOptions options{.seed = arguments.seed,
                     .rounds = arguments.brief ? rig.short_rounds : rig.goal,
                     .time_box = std::chrono::minutes{arguments.minutes},
                     .brief = arguments.brief,
                     .canary = arguments.canary,
                     .directory = directory.path()};
  if (arguments.rounds != 0) options.rounds = arguments.rounds;
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  options.progress = [&](std::uint64_t rounds) {
    if (terminal) fmt::print(stderr, "\r{}: {} of {}", rig.name, rounds, options.rounds);
  };
  fmt::print(stderr, "{}: seed {}\n", rig.name, arguments.seed);
  RigReport report;
  try {
    report = rig.run(options);
  } catch (const std::exception& failure) {
    report.Violate(fmt::format("the rig itself failed: {}", failure.what()));
  }
  if (terminal) fmt::print(stderr, "\n");
  return report;
}

/// False if a rig found what it must not, or did not find its canary.
bool RunAll(const Arguments& arguments) {
  bool good = true;
  std::string table = "| fault | property | goal | rounds | violations | figures |\n|---|---|--:|--:|--:|---|\n";
  for (const Rig& rig : Rigs()) {
    const auto& names = arguments.names;
    if (!names.empty() && std::find(names.begin(), names.end(), rig.name) == names.end()) continue;
    const RigReport report = RunRig(rig, arguments);
    if (report.violations > 0) fmt::print(stderr, "{}: {}\n", rig.name, report.first_violation);
    if (arguments.canary && report.violations == 0) fmt::print(stderr, "{}: missed: {}\n", rig.name, rig.canary);
    good = good && (report.violations > 0) == arguments.canary;
    const std::string goal = rig.goal == 0 ? "all" : fmt::format("{}", rig.goal);
    table += fmt::format("| {} | {} | {} | {} | {} | {} |\n", rig.fault, rig.property, goal, report.rounds,
                         report.violations, report.figures);
  }
  fmt::print("{}\nCommit {}, seed {}.\n", table, arguments.commit, arguments.seed);
  return good;
}

int Run(int argc, char** argv) {
  CLI::App app("Does harm to stores again and again, and checks each time what is promised.", "rookery-torture");
  Arguments arguments;
  std::vector<std::string> known;
  for (const Rig& rig : Rigs()) known.emplace_back(rig.name);
  app.add_option("--rig", arguments.names, "Only this one; may be given several times")->check(CLI::IsMember(known));
  app.add_option("--seed", arguments.seed, "Of all that is chosen; default: from the commit");
  app.add_option("--commit", arguments.commit, "Hash, for the table and the seed");
  app.add_option("--rounds", arguments.rounds, "Instead of each rig's goal");
  app.add_option("--minutes", arguments.minutes, "No round of a rig begins later than this; default: no limit");
  app.add_flag("--short", arguments.brief, "As few rounds as the tests run");
  app.add_flag("--canary", arguments.canary, "Plants each rig's bug; fails unless it is found");
  CLI11_PARSE(app, argc, argv);
  // FNV-1a of the commit, so that each commit is tortured in another way and each run can be repeated.
  if (app.count("--seed") == 0) {
    arguments.seed = 0xCBF29CE484222325;
    for (const char byte : arguments.commit) {
      arguments.seed = (arguments.seed ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    }
  }
  return RunAll(arguments) ? 0 : 1;
}

}  // namespace
}  // namespace rookery::torture

int main(int argc, char** argv) { return rookery::torture::Run(argc, argv); }
