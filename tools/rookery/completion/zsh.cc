// zsh: an _arguments specification for each command.
#include <fmt/format.h>

#include <iterator>

#include "completion/completion.h"

namespace rookery::cli {
namespace {

/// Text inside single quotes and the brackets and colons of a specification.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '\'') {
      escaped += "'\\''";
      continue;
    }
    if (letter == '[' || letter == ']' || letter == ':' || letter == '\\') escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

std::string Action(const OptionInfo& option) {
  if (option.takes_path()) return "_files";
  return option.choices.empty() ? " " : "(" + Joined(option.choices) + ")";
}

void AppendOption(const OptionInfo& option, std::string* script) {
  const auto out = std::back_inserter(*script);
  if (option.positional) {
    const char* form = option.repeated ? "*" : option.required ? "" : ":";
    fmt::format_to(out, " \\\n        '{}:{}:{}'", form, Escaped(option.names.front()), Action(option));
    return;
  }
  for (const std::string& name : option.names) {
    const char* repeat = option.repeated ? "*" : "";
    fmt::format_to(out, " \\\n        '{}{}[{}]", repeat, name, Escaped(option.description));
    if (!option.is_flag()) fmt::format_to(out, ":{}:{}", Escaped(option.value), Action(option));
    *script += "'";
  }
}

void AppendCommand(const CommandInfo& command, std::string* script) {
  fmt::format_to(std::back_inserter(*script), "    {})\n      _arguments", command.name);
  for (const OptionInfo& option : command.options) AppendOption(option, script);
  *script += "\n      ;;\n";
}

}  // namespace

std::string ZshCompletion(const Completions& tree) {
  std::string script =
      "#compdef rookery\n# zsh completion for rookery, printed by `rookery completion zsh`\n_rookery() {\n";
  script += "  local -a commands\n  commands=(\n";
  for (const CommandInfo& command : tree.commands) {
    fmt::format_to(std::back_inserter(script), "    '{}:{}'\n", command.name, Escaped(command.summary));
  }
  script += "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n";
  script += "  local command=${words[2]}\n  shift words\n  (( CURRENT-- ))\n  case $command in\n";
  for (const CommandInfo& command : tree.commands) AppendCommand(command, &script);
  return script +
         "  esac\n}\nif [[ $funcstack[1] == _rookery ]]; then _rookery \"$@\"; else compdef _rookery rookery; fi\n";
}

}  // namespace rookery::cli
