// A store that somebody else writes to, opened for reading from a checkpoint.
#pragma once

#include <filesystem>
#include <memory>

#include "assembly/lock_file.h"
#include "cells/cell_set.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::beside {

struct OpenedView {
  assembly::LockFile lock;  // so that the owner leaves the checkpoint alone; let go after the store is closed
  cells::ImplPointer impl;  // of the main cell
  std::unique_ptr<const cells::CellOpener> opener;
  Timestamp at;
};

/// Asks the owner, and takes the last checkpoint if it does not answer. `live`: why the store itself cannot be opened,
/// which is told if there is no checkpoint. kBusy: none is as new as `options.beside` asks for. Writes nothing.
Result<OpenedView> OpenView(const std::filesystem::path& path, const StoreOptions& options, const Status& live);

}  // namespace rookery::beside
