// What only files can do to an intake: full disks, and what a crash leaves.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/fault_env.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::HasSubstr;

class RocksDbIntakeTest : public RocksDbTest {
 protected:
  RocksDbIntakeTest() { options_.env = faults_.env(); }
  ~RocksDbIntakeTest() override {
    faults_.Heal();
    engine_ = nullptr;
  }
  std::filesystem::path directory() const { return path() / "bulk-load"; }

  testing::FaultEnv faults_;
};

TEST_F(RocksDbIntakeTest, AFullDiskIsNamedAndLeavesTheEngineWritable) {
  Create();
  ASSERT_OK_AND_ASSIGN(auto intake, engine_->NewIntake());
  ASSERT_OK_AND_ASSIGN(auto file, intake->NewScratchFile());
  faults_.FillAfter(10'000);
  Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) status = file->Append(std::string(100'000, 'x'));
  EXPECT_CODE(status, StatusCode::kNoSpace);
  EXPECT_THAT(std::string(status.message()), HasSubstr(path().string()));
  file = nullptr;
  intake = nullptr;
  faults_.Heal();
  EXPECT_OK(Put("key/1", "value"));
}

TEST_F(RocksDbIntakeTest, AFullDiskWhileATableIsFinishedIsNamed) {
  Create();
  ASSERT_OK_AND_ASSIGN(auto intake, engine_->NewIntake());
  ASSERT_OK_AND_ASSIGN(auto table, intake->NewTable(main_, Packing::kFast));
  faults_.FillAfter(1000);
  Status status;
  for (int i = 10'000; i < 20'000 && status.ok(); ++i) {
    status = table->Add("key/" + std::to_string(i), std::string(100, static_cast<char>(i)));
  }
  if (status.ok()) status = table->Finish();
  EXPECT_CODE(status, StatusCode::kNoSpace);
}

TEST_F(RocksDbIntakeTest, TablesPackedSmallAreSmaller) {
  Create();
  ASSERT_OK_AND_ASSIGN(auto intake, engine_->NewIntake());
  const auto bytes_of = [&](Packing packing) {
    auto table = intake->NewTable(main_, packing);
    EXPECT_OK(table);
    for (int i = 10'000; i < 20'000; ++i) {
      EXPECT_OK((*table)->Add("key/" + std::to_string(i), "number " + std::to_string(i * 7919) + " of many"));
    }
    EXPECT_OK((*table)->Finish());
    return std::filesystem::file_size(std::filesystem::directory_iterator(directory())->path());
  };
  EXPECT_LT(bytes_of(Packing::kSmall), bytes_of(Packing::kFast));
}

TEST_F(RocksDbIntakeTest, WhatACrashLeavesIsRemovedByTheNextOpenForWriting) {
  Create();
  std::filesystem::create_directory(directory());
  std::ofstream(directory() / "1.sst") << "half a table";
  Close();
  Open(Mode::kReadOnly);
  EXPECT_TRUE(std::filesystem::exists(directory() / "1.sst")) << "a reader leaves it";
  Close();
  Open();
  EXPECT_FALSE(std::filesystem::exists(directory()));
}

TEST_F(RocksDbIntakeTest, WhicheverCallFailsTheDatabaseOpensAgainWithAllOfTheTableOrNone) {
  Create();
  bool failed = true;
  for (std::uint64_t call = 1; failed; ++call) {
    ASSERT_OK_AND_ASSIGN(auto intake, engine_->NewIntake());
    std::vector<std::unique_ptr<SortedTable>> tables;
    ASSERT_OK_AND_ASSIGN(tables.emplace_back(), intake->NewTable(main_, Packing::kFast));
    const std::string prefix = std::to_string(1000 + call) + "/";
    ASSERT_OK(tables[0]->Add(prefix + "1", "value"));
    ASSERT_OK(tables[0]->Add(prefix + "2", "value"));
    ASSERT_OK(tables[0]->Finish());
    faults_.FailCall(call);
    failed = !intake->Ingest(tables).ok();
    tables.clear();
    intake = nullptr;
    static_cast<void>(engine_->Close());  // may well say that it does not know what is on disk
    engine_ = nullptr;
    faults_.Heal();
    ASSERT_NO_FATAL_FAILURE(Open()) << "after call " << call;
    EXPECT_EQ(Get(prefix + "1").has_value(), Get(prefix + "2").has_value());
    EXPECT_TRUE(failed || Get(prefix + "1")) << "after call " << call;
  }
}

TEST_F(RocksDbIntakeTest, ItsFilesArePrivate) {
  Create();
  ASSERT_OK_AND_ASSIGN(auto intake, engine_->NewIntake());
  ASSERT_OK_AND_ASSIGN(auto file, intake->NewScratchFile());
  using std::filesystem::perms;
  const auto others = perms::group_all | perms::others_all;
  for (const auto& entry : std::filesystem::directory_iterator(directory())) {
    EXPECT_EQ(entry.status().permissions() & others, perms::none) << entry.path();
  }
  EXPECT_EQ(std::filesystem::status(directory()).permissions() & others, perms::none);
}

TEST_F(RocksDbIntakeTest, AReadOnlyEngineHasNone) {
  Create();
  Close();
  Open(Mode::kReadOnly);
  EXPECT_CODE(engine_->NewIntake(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace rookery::engine
