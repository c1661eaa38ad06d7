// fish: a `complete` line for each command and option.
#include <fmt/format.h>

#include <iterator>

#include "completion/completion.h"

namespace rookery::cli {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + "'";
}

std::string NameFlags(const OptionInfo& option) {
  std::string flags;
  for (const std::string& name : option.names) {
    flags += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return flags;
}

/// What may follow: nothing, a path, a word of a list, or something that nobody can list.
std::string ValueFlags(const OptionInfo& option) {
  if (option.is_flag()) return "";
  if (option.takes_path()) return " -r";
  return option.choices.empty() ? " -x" : " -x -a " + Quoted(Joined(option.choices));
}

void AppendOption(const OptionInfo& option, const std::string& condition, std::string* script) {
  const auto out = std::back_inserter(*script);
  if (!option.positional) {
    fmt::format_to(out, "complete -c rookery -n {}{}{} -d {}\n", Quoted(condition), NameFlags(option),
                   ValueFlags(option), Quoted(option.description));
  } else if (!option.choices.empty()) {
    fmt::format_to(out, "complete -c rookery -n {} -f -a {}\n", Quoted(condition), Quoted(Joined(option.choices)));
  }
}

}  // namespace

std::string FishCompletion(const Completions& tree) {
  std::string script = "# fish completion for rookery, printed by `rookery completion fish`\n";
  for (const CommandInfo& command : tree.commands) {
    fmt::format_to(std::back_inserter(script), "complete -c rookery -n __fish_use_subcommand -f -a {} -d {}\n",
                   command.name, Quoted(command.summary));
  }
  for (const CommandInfo& command : tree.commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const OptionInfo& option : command.options) AppendOption(option, condition, &script);
  }
  return script;
}

}  // namespace rookery::cli
