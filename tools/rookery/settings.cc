#include "settings.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace rookery::cli {
namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool WantsColor(const std::string& choice, const Surroundings& surroundings, bool is_terminal) {
  if (choice != "auto") return choice == "always";
  if (surroundings.no_color) return false;
  if (surroundings.force_color) return true;
  return is_terminal && !surroundings.dumb_terminal;
}

Layout ChooseLayout(const GlobalOptions& options, const Surroundings& surroundings) {
  if (options.json) return Layout::kJson;
  // Only the flag may ask for the people's layout in a pipe (`| less -R`): an environment variable that a machine sets
  // for all programs must not change what scripts read.
  return surroundings.stdout_is_terminal || options.color == "always" ? Layout::kTerminal : Layout::kTabs;
}

ProgressMode ChooseProgress(const GlobalOptions& options, const Surroundings& surroundings) {
  if (options.progress == "json") return ProgressMode::kJson;
  if (options.progress == "plain") return ProgressMode::kPlain;
  if (options.progress == "none" || options.quiet) return ProgressMode::kNone;
  return surroundings.stderr_is_terminal ? ProgressMode::kLine : ProgressMode::kNone;
}

}  // namespace

Surroundings LookAround() {
  const std::string_view terminal = Environment("TERM");
  const std::string_view force = Environment("CLICOLOR_FORCE");
  return {.stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1,
          .stderr_is_terminal = ::isatty(STDERR_FILENO) == 1,
          .dumb_terminal = terminal.empty() || terminal == "dumb",
          .no_color = !Environment("NO_COLOR").empty(),
          .force_color = !force.empty() && force != "0"};
}

Settings Resolve(const GlobalOptions& options, const Surroundings& surroundings) {
  Settings settings;
  settings.layout = ChooseLayout(options, surroundings);
  settings.progress = ChooseProgress(options, surroundings);
  settings.json = options.json;
  settings.quiet = options.quiet;
  settings.verbose = options.verbose;
  settings.color_out =
      settings.layout == Layout::kTerminal && WantsColor(options.color, surroundings, surroundings.stdout_is_terminal);
  settings.color_error = !options.json && WantsColor(options.color, surroundings, surroundings.stderr_is_terminal);
  settings.memory = options.memory;
  settings.keys = options.keys;
  settings.max_age = options.max_age;
  if (options.recovery == "strict") settings.recovery = Recovery::kStrict;
  if (options.recovery == "salvage") settings.recovery = Recovery::kSalvage;
  return settings;
}

}  // namespace rookery::cli
