// The `rookery` command in a directory of its own, with one-word verbs for what most tests do.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

/// The path of the command under test.
inline constexpr const char* kRookery = ROOKERY_CLI;

class CliTest : public ::testing::Test {
 protected:
  /// Runs `rookery arguments...` in the test's directory.
  Outcome Rookery(const Arguments& arguments, const std::string& input = {}) const;
  Outcome Rookery(Invocation invocation) const;
  /// As Rookery, and fails the test unless the exit code is 0. Returns stdout.
  std::string Out(const Arguments& arguments, const std::string& input = {}) const;
  /// stdout as one JSON document.
  Json OutJson(Arguments arguments, const std::string& input = {}) const;
  /// stdout as JSON Lines.
  std::vector<Json> OutJsonLines(Arguments arguments, const std::string& input = {}) const;
  /// Runs a line of /bin/sh with the command as $ROOKERY.
  Outcome Shell(const std::string& line) const;

  /// Creates the store "s" with a few shards.
  void Init() const;
  /// Posts to the store "s"; returns the id.
  std::string Post(const std::string& channel, const std::string& content, const Arguments& more = {}) const;
  void WriteFile(const std::string& name, std::string_view content) const;
  std::string ReadFile(const std::string& name) const;

  std::filesystem::path directory() const { return directory_.path(); }

 private:
  TempDir directory_;
};

/// The lines, without their ends.
std::vector<std::string> Lines(std::string_view text);
/// The cells of a line of TSV.
std::vector<std::string> Cells(std::string_view line);
/// "import.jsonl" with `count` messages of several channels, each with an id and a time.
std::string ManyMessages(std::size_t count);

}  // namespace rookery::testing
