// The table of commands, in the order of `rookery help`. A new command is a file in commands/ that defines
// Make<Row>Command(), and a row here.
#pragma once

#include <memory>
#include <vector>

#include "command.h"

#define ROOKERY_COMMANDS(row)                                                                                         \
  row(Init) row(Info) row(Post) row(History) row(Get) row(Edit) row(Remove) row(Put) row(List) row(Attach)            \
      row(Channels) row(Import) row(Export) row(Route) row(Shards) row(Reshard) row(Spread) row(Autopilot) row(Cells) \
          row(Stats) row(Verify) row(Backup) row(Doctor) row(Salvage) row(Repair) row(Retention) row(Keys)            \
              row(Completion) row(Version) row(Help)

namespace rookery::cli {

#define ROOKERY_DECLARE_COMMAND(name) std::unique_ptr<Command> Make##name##Command();
ROOKERY_COMMANDS(ROOKERY_DECLARE_COMMAND)
#undef ROOKERY_DECLARE_COMMAND

/// One of each, in the order of the table.
std::vector<std::unique_ptr<Command>> MakeCommands();

}  // namespace rookery::cli
