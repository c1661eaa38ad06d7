// bash: one function that finds the command, then the option before the cursor. Needs no bash-completion package.
#include <fmt/format.h>

#include <iterator>

#include "completion/completion.h"

namespace rookery::cli {
namespace {

constexpr std::string_view kHead = R"(# bash completion for rookery, printed by `rookery completion bash`
_rookery() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= options= words= i
  # "--option=value" arrives as three words.
  if [[ $current == '=' ]]; then
    current=
  elif [[ $previous == '=' ]]; then
    previous=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
)";

constexpr std::string_view kTail = R"(  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  elif [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _rookery rookery
)";

std::string Alternatives(const std::vector<std::string>& names) {
  std::string pattern;
  for (const std::string& name : names) pattern += (pattern.empty() ? "" : "|") + name;
  return pattern;
}

/// What completes the value after an option.
std::string ValueAction(const OptionInfo& option) {
  if (option.takes_path()) return R"(compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return)";
  if (option.choices.empty()) return "return";
  return fmt::format(R"(mapfile -t COMPREPLY < <(compgen -W '{}' -- "$current"); return)", Joined(option.choices));
}

void AppendValueCases(const CommandInfo& command, std::string_view indent, std::string* script) {
  const auto out = std::back_inserter(*script);
  fmt::format_to(out, "{}case $previous in\n", indent);
  for (const OptionInfo& option : command.options) {
    if (option.positional || option.is_flag()) continue;
    fmt::format_to(out, "{}  {}) {} ;;\n", indent, Alternatives(option.names), ValueAction(option));
  }
  fmt::format_to(out, "{}esac\n", indent);
}

/// Sets `command` to the first word that is neither an option nor the value of one.
void AppendFindCommand(const CommandInfo& root, std::string* script) {
  std::vector<std::string> with_value;
  for (const OptionInfo& option : root.options) {
    if (!option.is_flag()) with_value.insert(with_value.end(), option.names.begin(), option.names.end());
  }
  fmt::format_to(std::back_inserter(*script), R"(  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${{COMP_WORDS[i]}} in
      {}) ((i++)) ;;
      -*) ;;
      *) command=${{COMP_WORDS[i]}}; break ;;
    esac
  done
)",
                 Alternatives(with_value));
}

void AppendCommand(const CommandInfo& command, std::string* script) {
  const auto out = std::back_inserter(*script);
  fmt::format_to(out, "    {})\n", command.name.empty() ? "''" : command.name);
  AppendValueCases(command, "      ", script);
  fmt::format_to(out, "      options='{}'\n      words='{}'\n      ;;\n", Joined(OptionNames(command)),
                 Joined(FirstArgumentChoices(command)));
}

}  // namespace

std::string BashCompletion(const Completions& tree) {
  std::string script(kHead);
  AppendFindCommand(tree.root, &script);
  script += "  case $command in\n";
  CommandInfo before_command = tree.root;
  before_command.name.clear();
  OptionInfo commands{.names = {"COMMAND"}, .positional = true};
  for (const CommandInfo& command : tree.commands) commands.choices.push_back(command.name);
  before_command.options.push_back(commands);
  AppendCommand(before_command, &script);
  for (const CommandInfo& command : tree.commands) AppendCommand(command, &script);
  script += "  esac\n";
  return script + std::string(kTail);
}

}  // namespace rookery::cli
