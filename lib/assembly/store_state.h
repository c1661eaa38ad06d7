// What an open store has, beside what its cells have.
#pragma once

#include <memory>
#include <optional>

#include "assembly/lock_file.h"
#include "assembly/open.h"
#include "assembly/stats_publisher.h"
#include "cells/cell_set.h"
#include "rookery/store.h"
#include "rookery/types.h"
#include "store/attendant.h"

namespace rookery {

struct Store::State {
  std::optional<assembly::LockFile> lock;
  std::optional<EncryptionOptions> encryption;  // that it was opened with
  cells::ImplPointer impl;                      // of the main cell; shared with snapshots
  std::shared_ptr<cells::CellSet> cells;        // shared with uploads
  std::unique_ptr<assembly::StatsPublisher> publisher;
  std::shared_ptr<store::Attendant> readers = nullptr;  // serves those of other processes; ends as attendants do
  std::optional<Timestamp> checkpoint_at = {};          // absent: it is the store itself
};

}  // namespace rookery
