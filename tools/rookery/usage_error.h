// What is wrong with a command line, in words that name the argument and the closest right one.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Error.hpp>

#include "rookery/status.h"

namespace rookery::cli {

/// kInvalidArgument for what CLI11 could not parse. The more telling cause wins: an unknown command or option before an
/// argument that is missing because of it.
Status ExplainUsage(const CLI::App& root, const CLI::ParseError& error);

/// The command that was named, or null.
const CLI::App* ChosenCommand(const CLI::App& root);

}  // namespace rookery::cli
