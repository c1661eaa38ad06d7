// A RocksDB engine in a directory of its own, for what only this engine promises: files, recovery, options, faults.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "tests/support/temp_dir.h"

namespace rookery::engine {

class RocksDbTest : public ::testing::Test {
 protected:
  using Mode = RocksDbOptions::Mode;

  /// Opens the engine in path(), with the keyspace "main" if it is new.
  void Create();
  void Open(Mode mode = Mode::kOpen);
  void Close();
  /// The outcome of opening path(), closed again at once.
  Status Opening(Mode mode = Mode::kOpen) const { return OpeningOf(path(), mode); }
  Status OpeningOf(const std::filesystem::path& path, Mode mode = Mode::kOpen) const;

  Status Put(std::string_view key, std::string_view value, bool sync = false);
  /// The same, as often as it takes while writes are delayed or stopped.
  Status PutInTheEnd(std::string_view key, std::string_view value);
  std::optional<std::string> Get(std::string_view key) const;
  /// The rows "key/0" to "key/<count - 1>".
  void PutMany(int count, std::size_t value_bytes = 100);
  /// How many of them there are; they must be the first ones.
  int CountOfMany() const;

  std::filesystem::path path() const { return directory_ / "db"; }
  /// Copies the files as they are now, as if the process had ended here, and opens the copy from now on.
  void Crash();
  /// The names of the files whose name has this extension, sorted.
  std::vector<std::string> FilesWith(std::string_view extension) const;
  std::filesystem::path FileStartingWith(std::string_view start) const;

  testing::TempDir directory_;
  RocksDbOptions options_ = Defaults();
  std::unique_ptr<Engine> engine_;
  KeyspaceId main_;

 private:
  static RocksDbOptions Defaults();
};

}  // namespace rookery::engine
