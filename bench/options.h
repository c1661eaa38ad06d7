// The command line of rookery-bench.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rookery::bench {

struct Options {
  std::string scenario = "all";
  std::vector<std::string> contenders;  // empty: all
  std::size_t messages = 1'000'000;
  std::size_t channels = 10'000;
  int rounds = 5;
  std::optional<std::filesystem::path> json;
  std::filesystem::path directory;
  bool list = false;
};

/// The options, or the exit code with which to end: after --help, or for a command line that makes no sense, which is
/// then explained on stderr.
std::variant<Options, int> ParseOptions(int argc, char** argv);

}  // namespace rookery::bench
