// All cells of a store at one moment: what to copy, and a snapshot of what that has.
//
// Idea: no cell commits while the files of all are listed with their sizes, which takes milliseconds. What is listed is
// not deleted, and only grows; so it can be copied afterwards, while others write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cells/cell_set.h"
#include "engine/engine.h"
#include "rookery/status.h"

namespace rookery::backup {

struct CutCell {
  std::string name;
  std::filesystem::path directory;  // of its store
  store::StoreImpl* impl = nullptr;
  std::shared_ptr<const engine::Snapshot> snapshot = {};
  std::unique_ptr<engine::HeldFiles> files = {};
  std::uint64_t position = 0;               // in its log
  const routing::Router* router = nullptr;  // by which it would be read if it were opened again
};

/// Calls use(cut), during which no cell of it is closed. `missing`: what to do about cells that are quarantined, of
/// which the names are added to `left_out`. What `use` answers is no cell's fault, whatever it is.
Status WithCut(const cells::CellSet& cells, MissingCells missing, std::vector<std::string>* left_out,
               const std::function<Status(std::vector<CutCell>)>& use);

}  // namespace rookery::backup
