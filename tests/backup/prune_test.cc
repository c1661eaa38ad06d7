// What is pruned, what stays, and what is left of the files.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>

#include "tests/backup/backup_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PruneTest : public BackupTest {
 protected:
  /// A backup a day, each with tables of its own.
  void SetUp() override {
    BackupTest::SetUp();
    for (int i = 0; i < 4; ++i) {
      Post("general", std::string(5000, 'x') + std::to_string(i));
      ASSERT_OK(store().Compact());
      names_.push_back(Backup().backup.name);
      clock().Advance(std::chrono::hours{24});
    }
  }
  std::vector<std::string> Left() const {
    std::vector<std::string> left;
    const auto backups = ListBackups(set());
    EXPECT_OK(backups.status());
    for (const BackupInfo& backup : *backups) left.push_back(backup.name);
    return left;
  }
  PruneReport Prune(PruneOptions options) {
    options.now = clock().Now();
    const auto report = PruneBackups(set(), options);
    EXPECT_OK(report.status());
    return report ? *report : PruneReport{};
  }

  std::vector<std::string> names_;
};

TEST_F(PruneTest, NewestStay) {
  const std::size_t before = FilesBelow(set() / "files").size();
  const PruneReport dry = Prune({.keep = 2, .dry_run = true});
  EXPECT_THAT(dry.removed, ElementsAre(names_[0], names_[1]));
  EXPECT_EQ(Left(), names_);
  EXPECT_EQ(FilesBelow(set() / "files").size(), before);
  const PruneReport report = Prune({.keep = 2});
  EXPECT_EQ(report.removed, dry.removed);
  EXPECT_EQ(report.files_removed, dry.files_removed);
  EXPECT_EQ(report.bytes_removed, dry.bytes_removed);
  EXPECT_THAT(Left(), ElementsAre(names_[2], names_[3]));
  EXPECT_LT(FilesBelow(set() / "files").size(), before);
  ASSERT_OK(Verify(names_[2]));
  ASSERT_OK(Verify(names_[3]));
}

TEST_F(PruneTest, YoungStay) {
  Prune({.keep_for = std::chrono::hours{50}});
  EXPECT_THAT(Left(), ElementsAre(names_[2], names_[3]));
  Prune({.keep_for = std::chrono::hours{0}});
  EXPECT_THAT(Left(), ElementsAre(names_[3]));
}

TEST_F(PruneTest, NewestVerifiedStays) {
  ASSERT_OK(Verify(names_[0]));
  ASSERT_OK(Verify(names_[1]));
  Prune({.keep = 1});
  EXPECT_THAT(Left(), ElementsAre(names_[1], names_[3]));
  ASSERT_OK(Verify(names_[1]));
}

TEST_F(PruneTest, NothingIsPrunedWithoutARule) {
  EXPECT_CODE(PruneBackups(set(), {}), StatusCode::kInvalidArgument);
  EXPECT_CODE(PruneBackups(set(), {.keep = 0}), StatusCode::kInvalidArgument);
  EXPECT_CODE(PruneBackups(set(), {.keep_for = std::chrono::hours{-1}}), StatusCode::kInvalidArgument);
  EXPECT_EQ(Left(), names_);
  EXPECT_THAT(Prune({.keep = 10}).removed, IsEmpty());
}

TEST_F(PruneTest, TablesStayWhileABackupHasAnotherName) {
  const auto tables = FilesBelow(set() / "files");
  WriteBytes(set() / "backups" / ".letter", "a file is no backup");
  // One may come to have too long a number, too.
  for (const std::string& name : {names_[0] + ".keep", "9999999999999" + names_[0]}) {
    fs::rename(set() / "backups" / names_[0], set() / "backups" / name);
    EXPECT_THAT(Prune({.keep = 1, .dry_run = true}).unknown, ElementsAre(name));
    const PruneReport report = Prune({.keep = 3});
    EXPECT_THAT(report.unknown, ElementsAre(name));
    EXPECT_EQ(FilesBelow(set() / "files"), tables);
    fs::rename(set() / "backups" / name, set() / "backups" / names_[0]);
    ASSERT_OK(Verify(names_[0]));
  }
}

TEST_F(PruneTest, NewestOfACellThatWasLeftOutStays) {
  ASSERT_OK(Verify(names_[0]));
  ASSERT_OK(Verify(names_[2]));
  Close();
  store_.reset();
  fs::rename(DirectoryOf("dm"), dir_ / "away");
  verify_at_end_ = false;
  Open();
  for (int i = 0; i < 2; ++i) {
    const BackupReport report = Backup({.missing_cells = MissingCells::kLeaveOut});
    EXPECT_THAT(report.backup.left_out, ElementsAre("dm"));
    names_.push_back(report.backup.name);
    ASSERT_OK_AND_ASSIGN(const BackupProof proof, VerifyBackup(set()));
    EXPECT_THAT(proof.backup.left_out, ElementsAre("dm"));
  }
  Prune({.keep = 1});
  // names_[2] is the last that was proved with the cell, names_[3] the last with it.
  EXPECT_THAT(Left(), ElementsAre(names_[2], names_[3], names_[5]));
}

TEST_F(PruneTest, NextBackupIsNumberedOn) {
  Prune({.keep = 1});
  EXPECT_EQ(Backup().backup.name.substr(0, 7), "000005-");
}

}  // namespace
}  // namespace rookery::testing
