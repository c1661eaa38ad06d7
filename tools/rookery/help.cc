#include "help.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace rookery::cli {
namespace {

constexpr std::size_t kNameColumn = 24;
constexpr std::size_t kLineWidth = 100;

std::string OptionHeading(const OptionInfo& option) {
  if (option.positional) return option.names.front() + (option.repeated ? "..." : "");
  std::string heading;
  for (const std::string& name : option.names) heading += (heading.empty() ? "" : ", ") + name;
  return option.value.empty() ? heading : heading + " " + option.value;
}

std::string OptionMeaning(const OptionInfo& option) {
  std::string meaning = option.description;
  if (option.choices.empty()) return meaning;
  std::string choices;
  for (const std::string& choice : option.choices) choices += (choices.empty() ? "" : ", ") + choice;
  return meaning + " (" + choices + ")";
}

/// Breaks `text` at spaces and puts it in the column beside the names.
void AppendWrapped(std::string_view text, std::string* help) {
  std::size_t room = kLineWidth - kNameColumn - 2;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (used != 0 && used + 1 + word.size() > room) {
      *help += '\n' + std::string(kNameColumn + 2, ' ');
      used = 0;
    }
    *help += (used == 0 ? "" : " ") + std::string(word);
    used += word.size() + (used == 0 ? 0 : 1);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  *help += '\n';
}

void AppendEntry(std::string_view heading, std::string_view meaning, std::string* help) {
  const bool fits = heading.size() + 2 <= kNameColumn;
  fmt::format_to(std::back_inserter(*help), "  {:<{}}", heading, kNameColumn);
  if (!fits) *help += '\n' + std::string(kNameColumn + 2, ' ');
  AppendWrapped(meaning, help);
}

void AppendSection(std::string_view title, const CommandInfo& command, bool (*belongs)(const OptionInfo&),
                   std::string* help) {
  std::string entries;
  for (const OptionInfo& option : command.options) {
    if (belongs(option)) AppendEntry(OptionHeading(option), OptionMeaning(option), &entries);
  }
  if (!entries.empty()) fmt::format_to(std::back_inserter(*help), "\n{}:\n{}", title, entries);
}

}  // namespace

std::string UsageLine(const CommandInfo& command) {
  std::string line = "rookery " + command.name + " [options]";
  for (const OptionInfo& option : command.options) {
    if (option.required && !option.positional) line += " " + option.names.back() + " " + option.value;
  }
  for (const OptionInfo& option : command.options) {
    if (!option.positional) continue;
    const std::string name = OptionHeading(option);
    line += option.required ? " " + name : " [" + name + "]";
  }
  return line;
}

std::string CommandHelp(const CommandInfo& command, const CommandText& text) {
  std::string help = fmt::format("{}.\n\nUsage: {}\n", text.summary, UsageLine(command));
  if (!text.details.empty()) help += fmt::format("\n{}\n", text.details);
  AppendSection(
      "Arguments", command, [](const OptionInfo& option) { return option.positional; }, &help);
  AppendSection(
      "Options", command, [](const OptionInfo& option) { return !option.positional && !option.common; }, &help);
  AppendSection(
      "Common options", command, [](const OptionInfo& option) { return option.common; }, &help);
  help += "\nExamples:\n";
  for (const std::string_view example : text.examples) help += fmt::format("  {}\n", example);
  return help;
}

std::string Overview(const CLI::App& root) {
  std::string help = "Rookery, an embedded message store.\n\nUsage: rookery COMMAND [options] STORE ...\n\nCommands:\n";
  for (const CommandInfo& command : DescribeCommands(root)) {
    fmt::format_to(std::back_inserter(help), "  {:<12}{}\n", command.name, command.summary);
  }
  return help + "\nMore about one: rookery help COMMAND\n";
}

nlohmann::ordered_json HelpToJson(const CommandInfo& command, const CommandText& text) {
  nlohmann::ordered_json json{{"name", text.name}, {"summary", text.summary}, {"usage", UsageLine(command)}};
  json["examples"] = text.examples;
  json["options"] = nlohmann::ordered_json::array();
  for (const OptionInfo& option : command.options) {
    json["options"].push_back({{"names", option.names},
                               {"value", option.value},
                               {"choices", option.choices},
                               {"description", option.description},
                               {"positional", option.positional},
                               {"required", option.required},
                               {"repeated", option.repeated}});
  }
  return json;
}

}  // namespace rookery::cli
