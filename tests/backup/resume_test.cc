// A backup that was cut short is not there, and the next one uses what it has copied.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "tests/backup/backup_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;

class ResumeTest : public BackupTest {
 protected:
  void SetUp() override {
    BackupTest::SetUp();
    FillAll();
    ASSERT_OK(store().Compact());
  }
  std::size_t tables() const { return FilesBelow(set() / "files").size(); }
  bool HasParts() const {
    const auto is_part = [](const fs::directory_entry& entry) { return entry.path().extension() == ".part"; };
    return std::ranges::any_of(fs::recursive_directory_iterator(set()), is_part);
  }
};

TEST_F(ResumeTest, StoppedWhileItCounts) {
  const auto stop = [](const BackupProgress& progress) { return progress.phase != "count"; };
  EXPECT_CODE(store().CreateBackup(set(), {.progress = stop}), StatusCode::kInterrupted);
  EXPECT_TRUE(ListBackups(set())->empty());
  const std::size_t copied = tables();
  ASSERT_GT(copied, 0U);
  const BackupReport report = Backup();
  EXPECT_EQ(report.files_shared, copied);
  EXPECT_EQ(ListBackups(set())->size(), 1U);
  ASSERT_OK(Verify());
}

TEST_F(ResumeTest, StoppedAtOnceAndFilesAreDeletedAgainAfterwards) {
  EXPECT_CODE(store().CreateBackup(set(), {.progress = [](const BackupProgress&) { return false; }}),
              StatusCode::kInterrupted);
  EXPECT_FALSE(HasParts());
  // The store may delete what it does not need.
  const auto before = FilesBelow(path());
  for (const char* prefix : {"chan/", "guild/", "dm/"}) Fill(&store(), prefix, 50);
  ASSERT_OK(store().Compact());
  const auto is_gone = [](const fs::path& file) { return file.extension() == ".sst" && !fs::exists(file); };
  EXPECT_TRUE(std::ranges::any_of(before, is_gone));
}

TEST_F(ResumeTest, WhatWasCopiedBadlyIsCopiedAgain) {
  const auto stop = [](const BackupProgress& progress) { return progress.phase != "count"; };
  EXPECT_CODE(store().CreateBackup(set(), {.progress = stop}), StatusCode::kInterrupted);
  for (const fs::path& file : FilesBelow(set() / "files")) FlipByte(file, 100);
  WriteBytes(set() / "files" / "000001-5-0123.sst", "stale");
  // As a kill leaves it.
  WriteBytes(set() / "files" / "000007.sst.part", "half of it");
  fs::create_directories(set() / "backups" / "000001-20261123T165102Z.part" / "main");
  fs::create_directories(set() / "scratch-abc" / "main");
  const BackupReport report = Backup();
  EXPECT_EQ(report.files_shared, 0U);
  EXPECT_FALSE(HasParts());
  EXPECT_FALSE(fs::exists(set() / "scratch-abc"));
  EXPECT_FALSE(fs::exists(set() / "files" / "000001-5-0123.sst"));
  ASSERT_OK(Verify());
}

TEST_F(ResumeTest, TableThatTheSetHasLostIsCopiedAgain) {
  const std::string first = Backup().backup.name;
  fs::remove(FilesBelow(set() / "files").front());
  EXPECT_CODE(Verify(), StatusCode::kCorruption);
  Backup();
  ASSERT_OK(Verify());
  ASSERT_OK(Verify(first));
}

}  // namespace
}  // namespace rookery::testing
