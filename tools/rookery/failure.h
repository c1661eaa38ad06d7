// How a command that did not succeed says so: a message and a hint on stderr, as text or as one JSON object.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "rookery/status.h"

namespace rookery::cli {

struct FailureStyle {
  bool json = false;
  bool color = false;
};

/// What to do about it, in the words of the command line. `command`: the one that failed.
std::string HintFor(const Status& status, std::string_view command);

/// {"error":{"code","message","hint"}}, or two lines. Never throws, whatever bytes the message has.
void PrintFailure(std::ostream& error, const FailureStyle& style, const Status& status, std::string_view hint);

/// The exit code that belongs to `status`; 128 + the signal if a signal interrupted the command.
int ExitCodeOf(const Status& status);

}  // namespace rookery::cli
