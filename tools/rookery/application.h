// The program: builds the command line from the table, parses it, runs the command, and turns its outcome into an exit
// code.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "command.h"
#include "commands.h"
#include "settings.h"

namespace rookery::cli {

/// Runs once. Thread-compatible.
class Application {
 public:
  Application(std::ostream& out, std::ostream& error);

  /// The process's exit code. `arguments`: without the program's name.
  int Run(const std::vector<std::string>& arguments);

 private:
  /// Nothing: go on. A value: the exit code, as all is said.
  std::optional<int> Parse(const std::vector<std::string>& arguments);
  int ShowHelp();
  int FailUsage(const Status& status);
  int RunCommand(Command& command);
  Command* Chosen();

  std::ostream& out_;
  std::ostream& error_;
  std::vector<std::unique_ptr<Command>> commands_;
  CLI::App root_;
  GlobalOptions options_;
  bool version_ = false;
};

}  // namespace rookery::cli
