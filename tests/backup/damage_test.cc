// Whatever is wrong with a backup, it is never reported good, and the file is named.
#include <gmock/gmock.h>

#include <filesystem>

#include "backup/manifest.h"
#include "tests/backup/backup_fixture.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DamagedBackupTest : public BackupTest {
 protected:
  void SetUp() override {
    BackupTest::SetUp();
    FillAll();
    name_ = Backup().backup.name;
    Close();
    ASSERT_OK(Verify());
  }
  /// All that a verification looks at.
  std::vector<fs::path> Files() const {
    std::vector<fs::path> files = FilesBelow(set() / "files");
    for (const fs::path& file : FilesBelow(backup())) {
      if (file.filename() != "verified") files.push_back(file);
    }
    return files;
  }
  fs::path backup() const { return set() / "backups" / name_; }
  /// Neither way of checking passes, and both name the file. Nor can it be restored.
  void ExpectNamed(const fs::path& file) const {
    for (const Status& status : {Verify(), VerifyBackup(set(), {.files_only = true}).status(), Restore()}) {
      EXPECT_EQ(status.code(), StatusCode::kCorruption) << file << ": " << status;
      EXPECT_THAT(std::string(status.message()), HasSubstr(file.string()));
    }
    EXPECT_FALSE(fs::exists(restored()));
    EXPECT_FALSE(fs::exists(restored().string() + ".restoring"));
  }

  std::string name_;
};

TEST_F(DamagedBackupTest, FlippedByteInAnyFile) {
  std::set<std::string> kinds;
  for (const fs::path& file : Files()) {
    const std::uintmax_t size = fs::file_size(file);
    if (size == 0) continue;
    kinds.insert(file.extension().empty() ? file.filename().string().substr(0, 8) : file.extension().string());
    const std::string bytes = BytesOf(file);
    for (const std::uintmax_t offset : {std::uintmax_t{0}, size / 2, size - 1}) {
      FlipByte(file, offset);
      ExpectNamed(file);
      WriteBytes(file, bytes);
    }
  }
  for (const char* kind : {".sst", ".blob", ".log", "CURRENT", "MANIFEST", "ROOKERY", "OPTIONS-", "manifest"}) {
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  }
  EXPECT_OK(Verify());
}

TEST_F(DamagedBackupTest, AnyFileMissing) {
  for (const fs::path& file : Files()) {
    const std::string bytes = BytesOf(file);
    fs::remove(file);
    ExpectNamed(file);
    WriteBytes(file, bytes);
  }
  EXPECT_OK(Verify());
}

TEST_F(DamagedBackupTest, AnyFileCutOrLonger) {
  for (const fs::path& file : Files()) {
    const std::string bytes = BytesOf(file);
    if (bytes.empty()) continue;
    WriteBytes(file, bytes.substr(0, bytes.size() - 1));
    ExpectNamed(file);
    WriteBytes(file, bytes + "x");
    ExpectNamed(file);
    WriteBytes(file, bytes);
  }
}

TEST_F(DamagedBackupTest, LinkInPlaceOfAFile) {
  for (const fs::path& file : Files()) {
    fs::rename(file, dir_ / "moved");
    fs::create_symlink(dir_ / "moved", file);
    ExpectNamed(file);
    fs::remove(file);
    fs::rename(dir_ / "moved", file);
  }
  for (const fs::path& directory : {set() / "files", backup(), backup() / "dm"}) {
    fs::rename(directory, dir_ / "moved");
    fs::create_directory_symlink(dir_ / "moved", directory);
    ExpectNamed(directory);
    fs::remove(directory);
    fs::rename(dir_ / "moved", directory);
  }
}

TEST_F(DamagedBackupTest, NothingIsWrittenThroughALink) {
  WriteBytes(dir_ / "victim", "precious");
  fs::create_symlink(dir_ / "victim", backup() / "verified.new");
  EXPECT_OK(Verify());
  EXPECT_EQ(BytesOf(dir_ / "victim"), "precious");
  fs::remove(set() / "lock");
  fs::create_symlink(dir_ / "victim", set() / "lock");
  EXPECT_CODE(Verify(), StatusCode::kCorruption);
  EXPECT_CODE(PruneBackups(set(), {.keep = 1}), StatusCode::kCorruption);
  EXPECT_EQ(BytesOf(dir_ / "victim"), "precious");
}

TEST_F(DamagedBackupTest, VerificationThatFailsIsRemembered) {
  EXPECT_TRUE(ListBackups(set())->front().verified_at.has_value());
  const fs::path file = FilesBelow(set() / "files").front();
  FlipByte(file, 10);
  EXPECT_CODE(Verify(), StatusCode::kCorruption);
  EXPECT_FALSE(ListBackups(set())->front().verified_at.has_value());
}

TEST_F(DamagedBackupTest, AllThatShareADamagedTableLoseTheirMark) {
  Open();
  ASSERT_OK(store().Post({.channel = "general", .content = "more"}));
  const std::string second = Backup().backup.name;
  Close();
  ASSERT_OK(Verify(second));
  const auto verified = [&] {
    std::vector<std::string> names;
    const auto backups = ListBackups(set());
    EXPECT_OK(backups);
    for (const BackupInfo& backup : *backups) {
      if (backup.verified_at) names.push_back(backup.name);
    }
    return names;
  };
  EXPECT_THAT(verified(), ::testing::ElementsAre(name_, second));
  const fs::path own = FilesBelow(set() / "backups" / second / "main").front();
  const std::string bytes = BytesOf(own);
  WriteBytes(own, "x");
  EXPECT_CODE(Verify(second), StatusCode::kCorruption);
  EXPECT_THAT(verified(), ::testing::ElementsAre(name_));
  WriteBytes(own, bytes);
  ASSERT_OK(Verify(second));
  FlipByte(FilesBelow(set() / "files").front(), 10);
  EXPECT_CODE(Verify(second), StatusCode::kCorruption);
  EXPECT_THAT(verified(), ::testing::IsEmpty());
}

TEST_F(DamagedBackupTest, RowThatIsNotThereIsNoticedThoughAllFilesAreRight) {
  // As if the store had had one message more: a manifest that fits its files, and not what they hold.
  ASSERT_OK_AND_ASSIGN(backup::Manifest manifest, backup::DecodeManifest(BytesOf(backup() / "manifest")));
  const backup::Manifest right = manifest;
  ++manifest.cells[1].cell.shards[1].print.low;
  WriteBytes(backup() / "manifest", backup::EncodeManifest(manifest));
  EXPECT_OK(VerifyBackup(set(), {.files_only = true}));
  EXPECT_THAT(std::string(Verify().message()), HasSubstr("shard-0001 of cell dm"));
  manifest = right;
  ++manifest.cells[0].cell.position;
  WriteBytes(backup() / "manifest", backup::EncodeManifest(manifest));
  EXPECT_CODE(Verify(), StatusCode::kCorruption);
  manifest = right;
  manifest.cells.pop_back();
  WriteBytes(backup() / "manifest", backup::EncodeManifest(manifest));
  EXPECT_THAT(std::string(Verify().message()), HasSubstr("lacks cell guilds"));
}

TEST_F(DamagedBackupTest, DamagedManifestIsListedAndStopsPruning) {
  FlipByte(backup() / "manifest", 40);
  ASSERT_OK_AND_ASSIGN(const auto backups, ListBackups(set()));
  EXPECT_THAT(backups.front().damage, HasSubstr("manifest does not have its checksum"));
  EXPECT_CODE(PruneBackups(set(), {.keep = 1}), StatusCode::kCorruption);
}

TEST_F(BackupTest, EmptySetAndEmptyStoreAreNotVerified) {
  EXPECT_CODE(Verify(), StatusCode::kNotFound);
  EXPECT_CODE(Restore(), StatusCode::kNotFound);
  EXPECT_CODE(ListBackups(set()), StatusCode::kNotFound);
  const std::string name = Backup().backup.name;
  EXPECT_CODE(Verify(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(Verify().message()), HasSubstr("without a single row"));
  fs::remove_all(set() / "backups" / name);
  EXPECT_THAT(std::string(Verify().message()), HasSubstr("has no backup"));
  EXPECT_CODE(VerifyBackup(set(), {.backup = "000009-20261123T165102Z"}), StatusCode::kNotFound);
}

}  // namespace
}  // namespace rookery::testing
