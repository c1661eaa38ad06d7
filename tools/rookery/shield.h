// Keeps CLI11 from giving a meaning to what a user typed as data.
//
// CLI11 splits "[a,b]" into a list, takes "{}" for an empty one and "++" for the end of a command, and lets "--name="
// swallow the next argument. All of these are good channel names or contents. Shield puts a marker byte in front of
// such text before the parse, Unshield takes it off again; so every value must come through options.h, which calls
// Unshield.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// For the arguments after the program's name.
std::vector<std::string> Shield(const std::vector<std::string>& arguments);
std::string Unshield(std::string_view argument);

}  // namespace rookery::cli
