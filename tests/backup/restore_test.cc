// A restore makes a whole store where nothing was, or nothing.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "backup/manifest.h"
#include "tests/backup/backup_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RestoreTest : public BackupTest {
 protected:
  void SetUp() override {
    BackupTest::SetUp();
    FillAll();
    name_ = Backup().backup.name;
  }
  fs::path ManifestPath() const { return set() / "backups" / name_ / "manifest"; }
  Status RestoreTo(const fs::path& path) const { return RestoreBackup(set(), path).status(); }

  std::string name_;
};

TEST_F(RestoreTest, EmptyDirectoryIsFilledAndStaysTheOneThatItWas) {
  fs::create_directory(restored());
  fs::permissions(restored(), fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec);
  struct stat before {};
  ASSERT_EQ(::stat(restored().c_str(), &before), 0);
  ASSERT_OK(Restore());
  struct stat after {};
  ASSERT_EQ(::stat(restored().c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(DumpOfStoreAt(restored()), DumpOf(store()));
  EXPECT_FALSE(fs::exists(restored().string() + ".restoring"));
  for (const char* name : {"RESTORING", "store"}) EXPECT_FALSE(fs::exists(restored() / name)) << name;
}

TEST_F(RestoreTest, CurrentDirectoryIsFilled) {
  fs::create_directory(restored());
  const fs::path here = fs::current_path();
  fs::current_path(restored());
  EXPECT_OK(RestoreTo("."));
  EXPECT_TRUE(fs::exists("ROOKERY"));
  fs::current_path(here);
  EXPECT_EQ(DumpOfStoreAt(restored()), DumpOf(store()));
}

TEST_F(RestoreTest, WhatWasCutShortWithinADirectoryIsDoneAgain) {
  fs::create_directory(restored());
  const auto stop = [](const BackupProgress&) { return false; };
  EXPECT_CODE(Restore({.progress = stop}), StatusCode::kInterrupted);
  EXPECT_TRUE(fs::is_empty(restored()));
  // As a crash leaves it that came while what was made was moved up.
  fs::create_directories(restored() / "cell-0000");
  fs::create_directories(restored() / "store" / "cells");
  WriteBytes(restored() / "RESTORING", "");
  ASSERT_OK(Restore());
  EXPECT_EQ(DumpOfStoreAt(restored()), DumpOf(store()));
}

TEST_F(RestoreTest, MarkDoesNotMakeALetterRookerys) {
  fs::create_directory(restored());
  WriteBytes(restored() / "RESTORING", "");
  WriteBytes(restored() / "letter", "dear");
  EXPECT_CODE(Restore(), StatusCode::kAlreadyExists);
  EXPECT_EQ(BytesOf(restored() / "letter"), "dear");
}

TEST_F(RestoreTest, PathIsTheOneThatTheSystemFinds) {
  fs::create_directories(dir_ / "far" / "away");
  fs::create_directory_symlink(dir_ / "far" / "away", dir_ / "link");
  ASSERT_OK(RestoreTo(dir_ / "link" / ".." / "new"));
  EXPECT_EQ(DumpOfStoreAt(dir_ / "far" / "new"), DumpOf(store()));
  EXPECT_FALSE(fs::exists(dir_ / "new"));
  ASSERT_OK(RestoreTo(dir_ / "far" / "away" / "."));
  EXPECT_TRUE(fs::exists(dir_ / "far" / "away" / "ROOKERY"));
  EXPECT_CODE(RestoreTo(dir_ / "far" / "new" / "cells" / ".."), StatusCode::kAlreadyExists);
}

TEST_F(RestoreTest, NothingIsMadeThroughALink) {
  fs::create_directory(dir_ / "elsewhere");
  fs::create_directory_symlink(dir_ / "elsewhere", restored().string() + ".restoring");
  EXPECT_CODE(Restore(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(fs::is_empty(dir_ / "elsewhere"));
  EXPECT_FALSE(fs::exists(restored()));
}

TEST_F(RestoreTest, DirectoryWithTheNameOfAnIdentityIsNoStore) {
  fs::create_directories(dir_ / "code" / "ROOKERY");
  ASSERT_OK(RestoreTo(dir_ / "code" / "new"));
  fs::create_directory(dir_ / "letters");
  WriteBytes(dir_ / "letters" / "ROOKERY", "a letter about birds");
  ASSERT_OK(RestoreTo(dir_ / "letters" / "new"));
  // A store whose identity is damaged is one all the same.
  fs::create_directory(dir_ / "letters" / "cell-0000");
  EXPECT_CODE(RestoreTo(dir_ / "letters" / "newer"), StatusCode::kInvalidArgument);
}

TEST_F(RestoreTest, NothingIsOverwritten) {
  fs::create_directory(restored());
  WriteBytes(restored() / "letter", "dear");
  EXPECT_CODE(Restore(), StatusCode::kAlreadyExists);
  EXPECT_CODE(RestoreTo(restored() / "letter"), StatusCode::kAlreadyExists);
  EXPECT_CODE(RestoreTo(path()), StatusCode::kAlreadyExists);
  fs::create_directory_symlink(dir_ / "elsewhere", dir_ / "link");
  EXPECT_CODE(RestoreTo(dir_ / "link"), StatusCode::kAlreadyExists);
  EXPECT_EQ(BytesOf(restored() / "letter"), "dear");
  fs::create_directory(dir_ / "new.restoring");
  WriteBytes(dir_ / "new.restoring" / "letter", "dear");
  EXPECT_CODE(RestoreTo(dir_ / "new"), StatusCode::kAlreadyExists);
  EXPECT_EQ(BytesOf(dir_ / "new.restoring" / "letter"), "dear");
}

TEST_F(RestoreTest, StoresAndSetsAreNoPlaceForIt) {
  EXPECT_CODE(RestoreTo(set() / "x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(RestoreTo(set() / "backups" / ".." / "x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(RestoreTo(fs::path(path()) / "x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(RestoreTo(DirectoryOf("dm") / "x"), StatusCode::kInvalidArgument);
  fs::create_directory_symlink(path(), dir_ / "link");
  EXPECT_CODE(RestoreTo(dir_ / "link" / "x"), StatusCode::kInvalidArgument);
}

TEST_F(RestoreTest, DirectoryAboveMustBeThere) { EXPECT_FALSE(RestoreTo(dir_ / "no" / "such").ok()); }

TEST_F(RestoreTest, RoomIsLookedForFirst) {
  ASSERT_OK_AND_ASSIGN(backup::Manifest manifest, backup::DecodeManifest(BytesOf(ManifestPath())));
  manifest.cells[0].files[0].size = std::uint64_t{1} << 50;
  WriteBytes(ManifestPath(), backup::EncodeManifest(manifest));
  EXPECT_CODE(Restore(), StatusCode::kNoSpace);
  EXPECT_FALSE(fs::exists(restored().string() + ".restoring"));
}

TEST_F(RestoreTest, WhatWasCutShortIsDoneAgain) {
  const auto stop = [](const BackupProgress&) { return false; };
  EXPECT_CODE(Restore({.progress = stop}), StatusCode::kInterrupted);
  EXPECT_FALSE(fs::exists(restored()));
  // As a crash leaves it.
  fs::create_directories(restored().string() + ".restoring/store/cell-0000");
  WriteBytes(restored().string() + ".restoring/RESTORING", "");
  ASSERT_OK(Restore());
  EXPECT_EQ(DumpOfStoreAt(restored()), DumpOf(store()));
}

TEST_F(RestoreTest, CellsComeToBeInTheRestoredStore) {
  const fs::path away = dir_ / "disk2";
  ASSERT_OK(store().AddCell({.name = "far", .directory = away.string(), .prefixes = {"far/"}}));
  Post("far/1", "from far away");
  Backup();
  const auto before = DumpOf(store());
  const auto far_files = FilesBelow(away);
  ASSERT_OK(Verify());
  ASSERT_OK(Restore());
  // The store is open meanwhile, so its cell could not be opened by another.
  ASSERT_OK_AND_ASSIGN(Store copy, Store::Open(restored(), {.recovery = Recovery::kStrict}));
  ASSERT_OK_AND_ASSIGN(const auto cells, copy.Cells());
  for (const CellInfo& cell : cells) {
    EXPECT_EQ(cell.state, CellState::kOpen) << cell.reason;
    if (cell.name == "main") continue;
    EXPECT_EQ(fs::path(cell.directory), restored() / "cells" / cell.name);
  }
  EXPECT_EQ(DumpOf(copy), before);
  ASSERT_OK(copy.Post({.channel = "far/1", .content = "only here"}));
  EXPECT_EQ(DumpOf(store()), before);
}

TEST_F(RestoreTest, RestoredStoreIsBackedUpInTheSameSet) {
  ASSERT_OK(Restore());
  ASSERT_OK_AND_ASSIGN(Store copy, Store::Open(restored(), {.recovery = Recovery::kStrict}));
  Fill(&copy, "chan/", 20);
  ASSERT_OK_AND_ASSIGN(const BackupReport report, copy.CreateBackup(set()));
  EXPECT_GT(report.files_shared, 0U);
  ASSERT_OK(Verify(report.backup.name));
  ASSERT_OK(Verify(name_));
}

TEST_F(RestoreTest, OlderBackupIsTheOlderState) {
  const auto before = DumpOf(store());
  Fill(&store(), "chan/", 20);
  Backup();
  ASSERT_OK(Restore({.backup = name_}));
  EXPECT_EQ(DumpOfStoreAt(restored()), before);
}

}  // namespace
}  // namespace rookery::testing
