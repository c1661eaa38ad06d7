// A backup set beside a store with cells.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rookery/backup.h"
#include "rookery/store.h"
#include "tests/cells/cells_fixture.h"
#include "tests/store/store_dump.h"
#include "tests/support/file_bytes.h"

namespace rookery::testing {

/// All files below a directory.
std::vector<std::filesystem::path> FilesBelow(const std::filesystem::path& directory);
void FlipByte(const std::filesystem::path& file, std::uintmax_t offset);
/// What the store at `path` answers, opened strictly and for reading.
std::map<std::string, std::string> DumpOfStoreAt(const std::filesystem::path& path);

/// Posts so many messages with a record and an attachment among them, in channels of this prefix.
void Fill(Store* store, const std::string& prefix, int messages);

class BackupTest : public CellsTest {
 protected:
  std::filesystem::path set() const { return dir_ / "set"; }
  std::filesystem::path restored() const { return dir_ / "restored"; }

  /// Some messages in each cell, of which some are in tables, large values included.
  void FillAll();
  BackupReport Backup(const BackupOptions& options = {}) {
    const auto report = store().CreateBackup(set(), options);
    EXPECT_OK(report.status());
    return report ? *report : BackupReport{};
  }
  Status Verify(const std::string& backup = {}) const { return VerifyBackup(set(), {.backup = backup}).status(); }
  Status Restore(const RestoreOptions& options = {}) const {
    return RestoreBackup(set(), restored(), options).status();
  }
};

}  // namespace rookery::testing
