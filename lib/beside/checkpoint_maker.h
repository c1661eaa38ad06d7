// How a checkpoint is made: the cut that backups are made from too, then links to the files that nobody changes, and
// copies of the rest as it was at the cut.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "beside/checkpoint_note.h"
#include "beside/readers_directory.h"
#include "cells/cell_set.h"
#include "rookery/clock.h"
#include "rookery/status.h"

namespace rookery::beside {

/// Makes the checkpoint `name`, which is not there, whole or not at all. Commits wait as for a backup's cut. Not
/// synced: who needs it after a crash of the machine can open the store itself. kInterrupted: `go_on` answered false.
Result<CheckpointNote> MakeCheckpoint(const cells::CellSet& cells, const Clock& clock, const std::string& name,
                                      const std::function<bool()>& go_on);

/// Removes it, if nobody reads it. False: somebody does.
Result<bool> RemoveCheckpoint(const cells::CellSet& cells, const std::string& name);

/// Where the checkpoints of a store are.
ReadersDirectory ReadersOf(const cells::CellSet& cells);
/// Where the parts of its other cells are.
struct CellReaders {
  ReadersDirectory directory;
  std::string store_id;  // of the cell
};
std::vector<CellReaders> ReadersOfCells(const cells::CellSet& cells);

}  // namespace rookery::beside
