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
  const std::string stale = "000001-5-0123456789abcdef0123456789abcdef.sst";
  WriteBytes(set() / "files" / stale, "stale");
  // As a kill leaves it.
  WriteBytes(set() / "files" / "000007.sst.part", "half of it");
  fs::create_directories(set() / "backups" / "000001-20261123T165102Z.part" / "main");
  fs::create_directories(set() / "scratch-abc" / "main");
  WriteBytes(set() / "scratch-abc" / "ROOKERY-SCRATCH", "");
  fs::create_directory(set() / "scratch-0123abcd");
  const BackupReport report = Backup();
  EXPECT_EQ(report.files_shared, 0U);
  EXPECT_FALSE(HasParts());
  EXPECT_FALSE(fs::exists(set() / "scratch-abc"));
  EXPECT_FALSE(fs::exists(set() / "scratch-0123abcd"));
  EXPECT_FALSE(fs::exists(set() / "files" / stale));
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

TEST_F(ResumeTest, TableThatAProofFoundDamagedIsCopiedAgain) {
  const std::string first = Backup().backup.name;
  const fs::path table = FilesBelow(set() / "files").front();
  FlipByte(table, 100);
  EXPECT_CODE(Verify(), StatusCode::kCorruption);
  const BackupReport mended = Backup();
  ASSERT_OK(Verify());
  const BackupReport next = Backup();
  EXPECT_EQ(mended.files_copied, next.files_copied + 1);
  ASSERT_OK(Verify(first));
}

TEST_F(ResumeTest, WhatIsNotRookerysStays) {
  Backup();
  const std::vector<fs::path> foreign{set() / "scratch-mine" / "store" / "ROOKERY", set() / "scratch-mine2" / "letter",
                                      set() / "backups" / "mine.part" / "letter", set() / "files" / "mine.part",
                                      set() / "files" / "mine.sst"};
  for (const fs::path& file : foreign) {
    fs::create_directories(file.parent_path());
    WriteBytes(file, "precious");
  }
  Backup();
  ASSERT_OK(PruneBackups(set(), {.keep = 1}));
  for (const fs::path& file : foreign) EXPECT_TRUE(fs::exists(file)) << file;
}

TEST_F(ResumeTest, AfterTheHighestNumberNoneIsMade) {
  fs::create_directory(set());
  const std::string name = Backup().backup.name;
  const std::string highest = "999999999999999999" + name.substr(name.find('-'));
  fs::create_directory(set() / "backups" / highest);
  const auto report = store().CreateBackup(set());
  EXPECT_CODE(report, StatusCode::kUnsupported);
  EXPECT_NE(std::string(report.status().message()).find(highest), std::string::npos);
  EXPECT_OK(Verify(name));
}

}  // namespace
}  // namespace rookery::testing
