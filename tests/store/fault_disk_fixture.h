// A RocksDB store on a disk that fails when a test says so.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/verify.h"
#include "store/store_impl.h"
#include "tests/support/fault_env.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {

class FaultDiskTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(engine::RocksDbOptions::Mode::kCreate); }
  ~FaultDiskTest() override;

  void Open(engine::RocksDbOptions::Mode mode);
  /// With a disk that is well again.
  void Reopen();
  /// Expects no problem.
  VerifyReport Verify();
  std::filesystem::path directory() const { return dir_ / "db"; }

  TempDir dir_;
  FaultEnv faults_;
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  StoreOptions options_ = {.routing = DirectoryRouting{.shards = 3}};
  /// RocksDB 7.8 asserts where a compaction of which only range deletions are left cannot write its table.
  std::map<std::string, std::string> overrides_ = {{"disable_auto_compactions", "true"}};
  std::unique_ptr<store::StoreImpl> store_;
};

}  // namespace rookery::testing
