// rookery-bench: makes the chat, runs the chosen scenarios and reports. Progress goes to stderr, results to stdout.
#include <fmt/format.h>
#include <signal.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "bench/contender.h"
#include "bench/failure.h"
#include "bench/options.h"
#include "bench/report/report.h"
#include "bench/runner.h"
#include "bench/scenario.h"

namespace rookery::bench {
namespace {

/// What --list says of a scenario that is not for the contenders.
std::string OwnEntrantsText(const ScenarioKind& kind) {
  const auto* own = std::get_if<ScenarioKind::ForItsOwn>(&kind.make);
  if (own == nullptr) return {};
  std::string text;
  for (const Entrant& entrant : (*own)().all) text.append(text.empty() ? " (its own: " : ", ").append(entrant.name);
  return text + ")";
}

void PrintList() {
  fmt::print("scenarios\n");
  for (const ScenarioKind& kind : AllScenarios()) {
    fmt::print("  {:<15} {}{}\n", kind.name, kind.summary, OwnEntrantsText(kind));
  }
  fmt::print("contenders\n");
  for (const ContenderKind& kind : AllContenders()) fmt::print("  {:<15} {}\n", kind.name, kind.summary);
}

/// Set by an interrupt, which is to end the run by way of the destructors, so that no store is left behind.
volatile std::sig_atomic_t interrupted = 0;

void PrintProgress(const std::string& line) {
  Require(interrupted == 0, "interrupted");
  fmt::print(stderr, "{}\n", line);
}

Workload MakeWorkload(const Options& options) {
  Chat chat({.messages = options.messages, .channels = options.channels});
  EncodedChat encoded(chat, kShards);
  return {std::move(chat), std::move(encoded)};
}

Sizes SizesOf(const Workload& workload, const Options& options) {
  Sizes sizes{.chat = workload.chat.sizes(), .rounds = options.rounds, .encoded_bytes = workload.encoded.bytes()};
  for (std::size_t i = 0; i < options.messages; ++i) sizes.content_bytes += workload.chat.content_of(i).size();
  return sizes;
}

void Run(const Options& options) {
  const Scratch scratch(options.directory);
  const Environment environment = DescribeEnvironment(scratch.path());
  PrintProgress(fmt::format("making a chat of {} messages", options.messages));
  const Workload workload = MakeWorkload(options);
  const Sizes sizes = SizesOf(workload, options);
  fmt::print("{}", HeaderText(environment, sizes));
  std::fflush(stdout);

  Runner runner(workload, scratch, options.contenders, options.rounds, PrintProgress);
  std::vector<ResultRow> all;
  for (const ScenarioKind& kind : ScenariosNamed(options.scenario)) {
    const std::vector<ResultRow> rows = runner.Run(kind);
    if (rows.empty()) continue;
    fmt::print("{}", TableText(fmt::format("{}: {}", kind.name, kind.summary), rows));
    std::fflush(stdout);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  if (options.json) WriteFile(*options.json, ToJson(environment, sizes, all));
}

void SetUpSignals() {
  // A worker that died is an answer that does not come.
  ::signal(SIGPIPE, SIG_IGN);
  struct sigaction interrupt {};
  interrupt.sa_handler = [](int) { interrupted = 1; };
  // Without SA_RESTART: the read that waits for a worker ends.
  ::sigaction(SIGINT, &interrupt, nullptr);
}

}  // namespace
}  // namespace rookery::bench

int main(int argc, char** argv) {
  using namespace rookery::bench;
  try {
    const auto parsed = ParseOptions(argc, argv);
    if (const int* exit_code = std::get_if<int>(&parsed)) return *exit_code;
    const auto& options = std::get<Options>(parsed);
    if (options.list) {
      PrintList();
      return 0;
    }
    SetUpSignals();
    Run(options);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "rookery-bench: {}\n", error.what());
    return 1;
  }
}
