// Completion scripts, written from the option tree. A shell is one function here and one file.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "option_tree.h"

namespace rookery::cli {

struct Completions {
  CommandInfo root;  // options before the command
  std::vector<CommandInfo> commands;
};

/// Of the whole command line; the argument of `help` gets the commands as its choices.
Completions CompletionTree(const CLI::App& root);

std::string BashCompletion(const Completions& tree);
std::string ZshCompletion(const Completions& tree);
std::string FishCompletion(const Completions& tree);

/// The words between spaces.
std::string Joined(const std::vector<std::string>& words);
/// The choices of the command's first positional, if it has some.
std::vector<std::string> FirstArgumentChoices(const CommandInfo& command);

}  // namespace rookery::cli
