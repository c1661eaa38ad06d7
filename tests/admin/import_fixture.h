// A folder to write samples into, a store in memory to import them into, and short verbs for both.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/export.h"
#include "admin/import.h"
#include "rookery/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::admin {

/// A copy of a problem that outlives the import.
struct SeenProblem {
  std::string file;  // the last part of the path
  std::uint64_t position = 0;
  std::string unit;
  std::string reason;
};

/// What gzip makes of `bytes`.
std::string Gzip(std::string_view bytes);
/// A zip archive with these entries.
void WriteZip(const std::filesystem::path& path, const std::vector<std::pair<std::string, std::string>>& entries);
Store OpenMemoryStore(const Routing& routing = HashRouting{});
std::string ExportText(const Store& store, const ExportOptions& options = {});

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() : store(OpenMemoryStore()) {}
  void TearDown() override;

  /// Writes a file into the test's folder, with the folders above it, and returns its path.
  std::filesystem::path Write(std::string_view name, std::string_view bytes);

  /// Imports; `problems` and `report` tell what became of it.
  Status Import(const std::filesystem::path& path, ImportOptions options = {});
  /// As Import, but it must work without a problem.
  void ImportCleanly(const std::filesystem::path& path, ImportOptions options = {});

  /// All messages of the channel, oldest first.
  std::vector<Message> Messages(std::string_view channel);
  /// The only message of the channel.
  Message Only(std::string_view channel);
  std::vector<std::string> Contents(std::string_view channel);

  testing::TempDir dir;
  Store store;
  ImportReport report;
  std::vector<SeenProblem> problems;
};

}  // namespace rookery::admin
