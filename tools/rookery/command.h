// What a command of the CLI is: its help, its options and what it does. One command is one file in commands/ and one
// row of the table in commands.h.
#pragma once

#include <CLI/App.hpp>
#include <string_view>
#include <vector>

#include "context.h"
#include "exit_code.h"
#include "rookery/status.h"

namespace rookery::cli {

/// What `rookery help` says about a command.
struct CommandText {
  std::string_view name;
  std::string_view summary;                // one line without a full stop
  std::string_view details = {};           // more sentences, wrapped by hand
  std::vector<std::string_view> examples;  // two at least, each a line that works when pasted
};

/// A command. It owns the values of its options, so that Define can bind them and Run can read them.
class Command {
 public:
  virtual ~Command() = default;

  virtual CommandText Text() const = 0;
  /// Adds the positionals and options. Called once, before the command line is parsed.
  virtual void Define(CLI::App& app) = 0;
  /// Does the work. An error becomes the message on stderr and the exit code that belongs to its status code.
  virtual Result<ExitCode> Run(Context& context) = 0;
};

}  // namespace rookery::cli
