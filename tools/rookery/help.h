// Help for people and for programs, made from the option tree and the commands' own words.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "command.h"
#include "option_tree.h"

namespace rookery::cli {

/// "rookery history [options] STORE CHANNEL"
std::string UsageLine(const CommandInfo& command);
/// Everything about one command.
std::string CommandHelp(const CommandInfo& command, const CommandText& text);
/// All commands, one line each.
std::string Overview(const CLI::App& root);

nlohmann::ordered_json HelpToJson(const CommandInfo& command, const CommandText& text);

}  // namespace rookery::cli
