#include "completion/completion.h"

namespace rookery::cli {

Completions CompletionTree(const CLI::App& root) {
  Completions tree{.root = DescribeCommand(root), .commands = DescribeCommands(root)};
  std::vector<std::string> names;
  for (const CommandInfo& command : tree.commands) names.push_back(command.name);
  for (CommandInfo& command : tree.commands) {
    for (OptionInfo& option : command.options) {
      if (option.positional && option.names.front() == "COMMAND") option.choices = names;
    }
  }
  return tree;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> FirstArgumentChoices(const CommandInfo& command) {
  for (const OptionInfo& option : command.options) {
    if (option.positional) return option.choices;
  }
  return {};
}

}  // namespace rookery::cli
