// A store on disk with the cells "guilds" (guild/) and "dm" (dm/) beside the main one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/store/store_fixture.h"

namespace rookery::testing {

class CellsTest : public DiskStoreTest {
 protected:
  void SetUp() override;

  Status Add(const std::string& name, const std::vector<std::string>& prefixes = {}) {
    return store().AddCell({.name = name, .prefixes = prefixes, .routing = HashRouting{.shards = 2}});
  }
  /// One message in each cell: general, guild/1 and dm/1.
  void PostEverywhere();
  CellInfo InfoOf(const std::string& cell);
  std::filesystem::path DirectoryOf(const std::string& cell) const {
    return std::filesystem::path(path()) / "cells" / cell;
  }
  /// Flips bytes in the middle of all finished tables of a cell that is closed.
  void Damage(const std::string& cell) const;
  /// Reads and writes of general and guild/1 go on.
  void OthersGoOn();
  /// Reads and writes of dm/1 answer kUnavailable and say `why`.
  void DmIsRefused(const std::string& why);
};

}  // namespace rookery::testing
