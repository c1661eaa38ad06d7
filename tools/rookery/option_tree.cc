#include "option_tree.h"

#include <CLI/Option.hpp>
#include <string_view>

#include "options.h"
#include "parse.h"

namespace rookery::cli {
namespace {

/// CLI11 writes a value's name and its choices as one: "HOW:{auto,none}".
void SplitTypeName(const std::string& type, OptionInfo* info) {
  const std::size_t brace = type.find('{');
  info->value = type.substr(0, type.find(':'));
  if (brace != std::string::npos) info->choices = SplitAtCommas(type.substr(brace + 1, type.find('}') - brace - 1));
}

OptionInfo DescribeOption(const CLI::Option& option) {
  OptionInfo info;
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  info.positional = info.names.empty();
  if (info.positional) info.names.push_back(option.get_single_name());
  if (option.get_items_expected_max() > 0) SplitTypeName(option.get_type_name(), &info);
  info.description = option.get_description();
  info.required = option.get_required();
  info.repeated = option.get_items_expected_max() > 1;
  info.common = option.get_group() == kGlobalGroup;
  return info;
}

}  // namespace

bool OptionInfo::takes_path() const { return value == "DIRECTORY" || value == "FILE" || value == "PATH"; }

CommandInfo DescribeCommand(const CLI::App& app) {
  CommandInfo info{.name = app.get_name(), .summary = app.get_description(), .options = {}};
  for (const CLI::Option* option : app.get_options()) info.options.push_back(DescribeOption(*option));
  return info;
}

std::vector<CommandInfo> DescribeCommands(const CLI::App& root) {
  std::vector<CommandInfo> commands;
  for (const CLI::App* app : root.get_subcommands({})) commands.push_back(DescribeCommand(*app));
  return commands;
}

std::vector<std::string> OptionNames(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const OptionInfo& option : command.options) {
    if (!option.positional) names.push_back(option.names.back());
  }
  return names;
}

}  // namespace rookery::cli
