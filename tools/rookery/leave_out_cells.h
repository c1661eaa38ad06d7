// --leave-out-cells, of commands that read the whole store: when a cell is quarantined they read what the others have,
// and say so on stderr. Without it such a command fails, and its hint tells of the option.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "context.h"
#include "rookery/cells.h"
#include "rookery/store.h"

namespace rookery::cli {

class LeaveOutCells {
 public:
  CLI::Option* Define(CLI::App& app);

  MissingCells missing_cells() const { return given_ ? MissingCells::kLeaveOut : MissingCells::kRefuse; }
  /// Names the cells that were left out, with the reasons. To be called after the reading, as a cell may be quarantined
  /// during it. Nothing without the option.
  Status Tell(Context& context, const Store& store) const;

 private:
  bool given_ = false;
};

/// What to do about `status`, if it says that a cell is quarantined and the option of `command` would help; else empty.
/// REQUIRES: the command line was parsed.
std::string HintToLeaveOutCells(const CLI::App& command, const Status& status);

}  // namespace rookery::cli
