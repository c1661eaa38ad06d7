// The command line as plain data, read from CLI11's own tree: what help and the completion scripts are made from, so
// that they cannot differ from what the parser accepts.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace rookery::cli {

struct OptionInfo {
  std::vector<std::string> names = {};    // "-q", "--quiet"; a positional has one, without dashes
  std::string value = {};                 // what help calls the value; empty for a flag
  std::vector<std::string> choices = {};  // the only values, if they are few
  std::string description = {};
  bool positional = false;
  bool required = false;
  bool repeated = false;
  bool common = false;  // every command has it

  bool is_flag() const { return value.empty() && !positional; }
  bool takes_path() const;
};

struct CommandInfo {
  std::string name;
  std::string summary;
  std::vector<OptionInfo> options;  // positionals in their order among them
};

CommandInfo DescribeCommand(const CLI::App& app);
/// All commands of the root, in the order of the table.
std::vector<CommandInfo> DescribeCommands(const CLI::App& root);
/// The long names, and short ones where there is no long one.
std::vector<std::string> OptionNames(const CommandInfo& command);

}  // namespace rookery::cli
