#include "usage_error.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "option_tree.h"
#include "shield.h"
#include "suggest.h"
#include "text.h"

namespace rookery::cli {
namespace {

/// The first argument that nothing took: of an option if there is one, as it explains the rest.
std::optional<std::string> FirstLeftOver(const CLI::App& app) {
  std::optional<std::string> first;
  for (const std::string& argument : app.remaining()) {
    if (argument == "--") continue;
    if (argument.starts_with('-')) return argument;
    if (!first) first = Unshield(argument);
  }
  return first;
}

std::string UnknownOption(const std::string& argument, const CommandInfo& command) {
  const std::string name = argument.substr(0, argument.find('='));
  return fmt::format("unknown option {}{}", TerminalText(name), DidYouMean(name, OptionNames(command)));
}

std::string UnknownCommand(const std::string& name, const CLI::App& root) {
  std::vector<std::string> names;
  for (const CommandInfo& command : DescribeCommands(root)) names.push_back(command.name);
  return fmt::format("unknown command \"{}\"{}", TerminalText(name), DidYouMean(name, names));
}

std::string LeftOver(const std::string& argument, const CLI::App& root, const CLI::App* command) {
  if (argument.starts_with('-')) return UnknownOption(argument, DescribeCommand(command == nullptr ? root : *command));
  if (command == nullptr) return UnknownCommand(argument, root);
  return fmt::format("unexpected argument \"{}\"", TerminalText(argument));
}

/// In our words what CLI11 says as "--limit: 1 required N missing" or "--before excludes --around".
std::string Reworded(const std::string& message) {
  constexpr std::string_view kExcludes = " excludes ";
  const std::size_t excludes = message.find(kExcludes);
  if (excludes != std::string::npos) {
    return fmt::format("{} and {} cannot be given together", message.substr(0, excludes),
                       message.substr(excludes + kExcludes.size()));
  }
  const bool value_missing = message.starts_with("--") && message.ends_with(" missing");
  return value_missing ? message.substr(0, message.find(':')) + " needs a value" : message;
}

}  // namespace

const CLI::App* ChosenCommand(const CLI::App& root) {
  const auto chosen = root.get_subcommands([](const CLI::App* app) { return app->parsed(); });
  return chosen.empty() ? nullptr : chosen.front();
}

Status ExplainUsage(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* command = ChosenCommand(root);
  const auto left_over = FirstLeftOver(command == nullptr ? root : *command);
  const bool explains = left_over && (left_over->starts_with('-') || command == nullptr ||
                                      error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError));
  return {StatusCode::kInvalidArgument, explains ? LeftOver(*left_over, root, command) : Reworded(error.what())};
}

}  // namespace rookery::cli
