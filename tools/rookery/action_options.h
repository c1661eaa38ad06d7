// The options of a command that has actions: which of them an action takes. One that it does not take is wrong usage,
// as whoever gives it expects something of it.
#pragma once

#include <CLI/App.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/status.h"

namespace rookery::cli {

class ActionOptions {
 public:
  /// Only these actions take `option`, which must outlive this. Returns it.
  CLI::Option* Only(std::initializer_list<std::string_view> actions, CLI::Option* option);
  /// After the command line was parsed: kInvalidArgument naming the first option that was given and that `action` does
  /// not take.
  Status Check(std::string_view action) const;

 private:
  struct Rule {
    std::vector<std::string> actions;
    const CLI::Option* option;
  };

  std::vector<Rule> rules_;
};

}  // namespace rookery::cli
