// The command line over any arguments, with a store that is not there: it ends with one of its exit codes, says why on
// stderr if it failed, and writes nothing.
#include <filesystem>
#include <set>
#include <sstream>

#include "application.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temp_dir.h"

using rookery::testing::FuzzCheck;

namespace fs = std::filesystem;

namespace {

/// Works in an empty directory, with nothing to read.
class Place {
 public:
  Place() {
    fs::current_path(directory_.path());
    FuzzCheck(std::freopen("/dev/null", "r", stdin) != nullptr, "there is nothing to read");
    ::unsetenv("ROOKERY_KEY");
  }
  bool empty() const { return fs::is_empty(directory_.path()); }

 private:
  rookery::testing::TempDir directory_;
};

/// Arguments are separated by newlines, which no option needs.
std::vector<std::string> Split(std::string_view input) {
  constexpr std::size_t kMost = 16;
  std::vector<std::string> arguments;
  while (!input.empty() && arguments.size() < kMost) {
    const std::size_t end = input.find('\n');
    arguments.emplace_back(input.substr(0, end));
    std::erase(arguments.back(), '\0');  // no argument of a process has one
    input = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  }
  return arguments;
}

/// What makes something where it is told to: not what this is about. Names of commands can be cut short nowhere.
bool Makes(const std::vector<std::string>& arguments) {
  static const std::set<std::string> kMakers{"init", "new", "restore", "salvage", "create", "export"};
  return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
    return kMakers.contains(argument) || argument.find('/') != std::string::npos;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place kPlace;
  const std::vector<std::string> arguments = Split(rookery::testing::FuzzInput(data, size));
  if (Makes(arguments)) return 0;
  std::ostringstream out;
  std::ostringstream error;
  const int code = rookery::cli::Application(out, error).Run(arguments);
  FuzzCheck(code >= 0 && code < 20 && code != 1, "it ends with an exit code that is documented");
  FuzzCheck(code == 0 || !error.str().empty() || !out.str().empty(), "it says why it failed");
  FuzzCheck(kPlace.empty(), "nothing is written");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  for (const char* line : {"",
                           "--help",
                           "--version",
                           "help post",
                           "post s general hello --author ada --json",
                           "get s general 5",
                           "history s general --limit 20 --before 7 --since 2h --until 2026-01-31T23:59:59Z",
                           "list s general",
                           "put s general key value --expected-version 3",
                           "edit s general 5 text --sync",
                           "remove s general 5 6",
                           "channels s --prefix a",
                           "route s general",
                           "shards s",
                           "stats s --watch 1s",
                           "verify s --recovery strict",
                           "reshard plan s --resize 9",
                           "reshard start s --split 2 --at m --share 0.5",
                           "cells add s dm --prefix dm/",
                           "backup list set",
                           "backup verify set --quick --backup 000001",
                           "backup prune set --keep 7 --keep-days 30",
                           "doctor s --fix --key-file k",
                           "keys list s",
                           "retention set s --channel c --max-age 30d",
                           "autopilot show s",
                           "attach list s general 5",
                           "spread show s",
                           "import s --format slack file.zip",
                           "repair s",
                           "info s",
                           "completion bash",
                           "--memory 64MiB --color never --progress json info s",
                           "-- -x --",
                           "poost s"}) {
    std::string seed = line;
    std::replace(seed.begin(), seed.end(), ' ', '\n');
    seeds.push_back(std::move(seed));
  }
  return seeds;
}
