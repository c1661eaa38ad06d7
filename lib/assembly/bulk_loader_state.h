// What a BulkLoader holds of its store.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "cells/cell_loads.h"
#include "rookery/bulk_loader.h"

namespace rookery {

struct BulkLoader::State {
  Status CheckOpen() const;
  Status Add(std::span<const NewMessage> messages, const BulkMessageOptions& options);

  std::unique_ptr<cells::CellLoads> loads;  // null: they have ended
  IdCollision id_collision;
  Status failure;  // that ended the load
};

}  // namespace rookery
