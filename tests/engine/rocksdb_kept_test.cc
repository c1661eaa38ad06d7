// The copies of CURRENT and MANIFEST that are kept: never behind a deletion, and enough to open the database by.
#include <gmock/gmock.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <fstream>
#include <utility>

#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/manifest_keeper.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using testing::BytesOf;

/// Whether the copy is as new as what it is a copy of.
bool IsKept(const fs::path& database) {
  const auto manifest = ReadCurrent(database, nullptr);
  const auto kept = ReadCurrent(KeptDirectory(database), nullptr);
  return manifest.has_value() && kept.has_value() && *manifest == *kept &&
         BytesOf(database / *manifest) == BytesOf(KeptDirectory(database) / *kept);
}

/// Looks at the copies whenever a file is about to be deleted.
class WatchingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "WatchingFileSystem"; }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const fs::path path = name;
    if (path.extension() == ".sst" || path.extension() == ".log") {
      ++deletions;
      if (!IsKept(path.parent_path())) ++too_early;
    }
    return target()->DeleteFile(name, options, debug);
  }

  std::atomic<int> deletions{0};
  std::atomic<int> too_early{0};
};

class RememberingLogger final : public Logger {
 public:
  void Log(LogLevel level, std::string_view /*component*/, std::string_view message) noexcept override {
    if (level == LogLevel::kWarning && message.find("is not kept") != std::string_view::npos) ++warnings;
  }
  std::atomic<int> warnings{0};
};

class RocksDbKeptTest : public RocksDbTest {
 protected:
  /// Nothing is deleted in the background any more.
  void Reopen() {
    Close();
    Open();
  }
  /// As if the process had ended here, and CURRENT and MANIFEST had been lost with it.
  void CrashAndPutBack() {
    Crash();
    fs::remove(path() / "CURRENT");
    std::vector<fs::path> manifests;
    for (const auto& entry : fs::directory_iterator(path())) {
      if (entry.path().filename().string().starts_with("MANIFEST-")) manifests.push_back(entry.path());
    }
    for (const fs::path& manifest : manifests) fs::remove(manifest);
    const auto kept = ReadCurrent(KeptDirectory(path()), nullptr);
    ASSERT_OK(kept);
    fs::copy_file(KeptDirectory(path()) / *kept, path() / *kept);
    fs::copy_file(KeptDirectory(path()) / "CURRENT", path() / "CURRENT");
  }
};

TEST_F(RocksDbKeptTest, NothingIsDeletedBeforeItIsKept) {
  const auto watching = std::make_shared<WatchingFileSystem>(rocksdb::Env::Default()->GetFileSystem());
  const auto env = rocksdb::NewCompositeEnv(watching);
  options_.env = env.get();
  Create();
  for (int round = 0; round < 5; ++round) {
    PutMany(500);
    ASSERT_OK(engine_->Flush());
    if (round % 2 == 1) {
      ASSERT_OK(engine_->Compact());
    }
  }
  Close();
  Open();
  Close();
  engine_ = nullptr;
  EXPECT_GT(watching->deletions.load(), 5);
  EXPECT_EQ(watching->too_early.load(), 0);
}

TEST_F(RocksDbKeptTest, BringsBackAllAtAnyTime) {
  Create();
  PutMany(300);
  CrashAndPutBack();
  Open();
  EXPECT_EQ(CountOfMany(), 300);
  ASSERT_OK(engine_->Flush());
  Reopen();
  PutMany(600);
  CrashAndPutBack();
  Open();
  EXPECT_EQ(CountOfMany(), 600);
  ASSERT_OK(engine_->Compact());
  Reopen();
  PutMany(900);
  CrashAndPutBack();
  Open();
  EXPECT_EQ(CountOfMany(), 900);
  Close();
  EXPECT_TRUE(IsKept(path()));
}

TEST_F(RocksDbKeptTest, AKeyspaceIsKeptBeforeItIsWrittenTo) {
  Create();
  ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"later"}));
  main_ = engine_->FindKeyspace("later").value();
  ASSERT_OK(Put("key", "value"));
  CrashAndPutBack();
  Open();
  main_ = engine_->FindKeyspace("later").value();
  EXPECT_EQ(Get("key"), "value");
}

TEST_F(RocksDbKeptTest, WhatABulkLoadBroughtIsKept) {
  Create();
  {
    ASSERT_OK_AND_ASSIGN(auto intake, engine_->NewIntake());
    std::vector<std::unique_ptr<SortedTable>> tables(1);
    ASSERT_OK_AND_ASSIGN(tables[0], intake->NewTable(main_, Packing::kFast));
    ASSERT_OK(tables[0]->Add("key", "value"));
    ASSERT_OK(tables[0]->Finish());
    ASSERT_OK(intake->Ingest(tables));
  }
  CrashAndPutBack();
  Open();
  EXPECT_EQ(Get("key"), "value");
}

TEST_F(RocksDbKeptTest, AReaderKeepsNothing) {
  Create();
  Close();
  fs::remove_all(KeptDirectory(path()));
  Open(Mode::kReadOnly);
  Close();
  EXPECT_FALSE(fs::exists(KeptDirectory(path())));
}

TEST_F(RocksDbKeptTest, WhatCannotBeKeptFailsNoWriteAndIsToldOnce) {
  const auto logger = std::make_shared<RememberingLogger>();
  options_.logger = logger;
  fs::create_directory(path());
  Create();
  Close();
  fs::remove_all(KeptDirectory(path()));
  std::ofstream(KeptDirectory(path())) << "in the way";
  Open();
  PutMany(100);
  EXPECT_OK(engine_->Flush());
  PutMany(100);
  EXPECT_OK(engine_->Flush());
  Close();
  EXPECT_EQ(logger->warnings.load(), 2) << "of the manifest, and of the list of logs";
}

TEST_F(RocksDbKeptTest, OnlyTheManifestThatCountsIsKept) {
  Create();
  Close();
  Open();
  Close();
  int files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(KeptDirectory(path()))) ++files;
  EXPECT_EQ(files, 3) << "CURRENT, the manifest and the list of logs";
}

}  // namespace
}  // namespace rookery::engine
