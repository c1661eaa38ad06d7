// Opening looks before it acts: nothing is created over anything, nothing is deleted, and files are private.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

unsigned ModeOf(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

class RocksDbDirectoryTest : public RocksDbTest {
 protected:
  /// A closed database with one table file.
  void MakeDatabase() {
    Create();
    PutMany(100);
    Close();
  }
  void Touch(const char* name) {
    fs::create_directories(path());
    std::ofstream(path() / name) << "something";
  }
};

TEST_F(RocksDbDirectoryTest, FilesAreForTheirOwnerOnly) {
  Create();
  PutMany(100);
  ASSERT_OK(engine_->Flush());
  ASSERT_OK(engine_->Compact());
  EXPECT_EQ(ModeOf(path()), 0700U);
  int files = 0;
  for (const auto& entry : fs::directory_iterator(path())) {
    EXPECT_EQ(ModeOf(entry.path()), entry.is_directory() ? 0700U : 0600U) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 6);  // CURRENT, IDENTITY, LOCK, MANIFEST, OPTIONS, a table and a log
}

TEST_F(RocksDbDirectoryTest, EmptyDirectoryIsMadePrivate) {
  fs::create_directory(path());
  fs::permissions(path(), fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
  Create();
  EXPECT_EQ(ModeOf(path()), 0700U);
}

TEST_F(RocksDbDirectoryTest, ProcessKeepsItsUmask) {
  const mode_t before = ::umask(022);
  Create();
  EXPECT_EQ(::umask(before), 022U);
}

TEST_F(RocksDbDirectoryTest, WritesNoLogFile) {
  MakeDatabase();
  for (const auto& entry : fs::directory_iterator(path())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("LOG")) << entry.path();
  }
}

TEST_F(RocksDbDirectoryTest, OpeningNothingIsNotAStoreAndMakesNothing) {
  EXPECT_CODE(Opening(), StatusCode::kNotAStore);
  EXPECT_CODE(Opening(Mode::kReadOnly), StatusCode::kNotAStore);
  EXPECT_FALSE(fs::exists(path()));
  fs::create_directory(path());
  EXPECT_CODE(Opening(), StatusCode::kNotAStore);
  EXPECT_TRUE(fs::is_empty(path()));
}

TEST_F(RocksDbDirectoryTest, OpeningAFileIsNotAStore) {
  std::ofstream(path()) << "text";
  EXPECT_CODE(Opening(), StatusCode::kNotAStore);
  EXPECT_CODE(Opening(Mode::kCreate), StatusCode::kNotAStore);
}

TEST_F(RocksDbDirectoryTest, OpeningADirectoryOfOtherThingsIsNotAStore) {
  Touch("photo.jpeg");
  EXPECT_CODE(Opening(), StatusCode::kNotAStore);
  const Status status = Opening(Mode::kCreate);
  EXPECT_CODE(status, StatusCode::kNotAStore);
  EXPECT_THAT(status.message(), HasSubstr("photo.jpeg"));
}

TEST_F(RocksDbDirectoryTest, CreatingOverADatabaseIsRefused) {
  MakeDatabase();
  EXPECT_CODE(Opening(Mode::kCreate), StatusCode::kAlreadyExists);
  Open();
  EXPECT_EQ(CountOfMany(), 100);
}

TEST_F(RocksDbDirectoryTest, RemnantsAreRefusedAndKept) {
  for (const char* name : {"000007.sst", "000008.log", "MANIFEST-000003"}) {
    Touch(name);
    for (const Mode mode : {Mode::kCreate, Mode::kOpen, Mode::kReadOnly}) {
      const Status status = Opening(mode);
      EXPECT_CODE(status, StatusCode::kCorruption);
      EXPECT_THAT(status.message(), HasSubstr("CURRENT"));
    }
    EXPECT_TRUE(fs::exists(path() / name));
    fs::remove(path() / name);
  }
}

TEST_F(RocksDbDirectoryTest, LostCurrentIsCorruptionAndNoTableIsDeleted) {
  MakeDatabase();
  const auto tables = FilesWith(".sst");
  ASSERT_FALSE(tables.empty());
  fs::rename(path() / "CURRENT", directory_ / "kept");
  for (const Mode mode : {Mode::kOpen, Mode::kReadOnly, Mode::kCreate}) {
    EXPECT_CODE(Opening(mode), StatusCode::kCorruption);
  }
  EXPECT_EQ(FilesWith(".sst"), tables);
  fs::rename(directory_ / "kept", path() / "CURRENT");
  Open();
  EXPECT_EQ(CountOfMany(), 100);
}

TEST_F(RocksDbDirectoryTest, LostManifestIsCorruption) {
  MakeDatabase();
  fs::remove(FileStartingWith("MANIFEST-"));
  EXPECT_CODE(Opening(), StatusCode::kCorruption);
  EXPECT_CODE(Opening(Mode::kReadOnly), StatusCode::kCorruption);
  EXPECT_FALSE(FilesWith(".sst").empty());
}

TEST_F(RocksDbDirectoryTest, LostTableIsCorruption) {
  MakeDatabase();
  const fs::path table = path() / FilesWith(".sst").front();
  fs::remove(table);
  const Status status = Opening();
  EXPECT_CODE(status, StatusCode::kCorruption);
  EXPECT_THAT(status.message(), HasSubstr("missing"));
  EXPECT_THAT(status.message(), HasSubstr(table.stem().string()));
}

TEST_F(RocksDbDirectoryTest, GarbageInCurrentIsCorruption) {
  MakeDatabase();
  std::ofstream(path() / "CURRENT", std::ios::trunc) << "nonsense";
  EXPECT_CODE(Opening(), StatusCode::kCorruption);
  std::ofstream(path() / "CURRENT", std::ios::trunc) << "";
  EXPECT_CODE(Opening(), StatusCode::kCorruption);
  EXPECT_FALSE(FilesWith(".sst").empty());
}

TEST_F(RocksDbDirectoryTest, OpeningTwiceIsLocked) {
  Create();
  EXPECT_CODE(Opening(), StatusCode::kLocked);
}

TEST_F(RocksDbDirectoryTest, ForbiddenDirectoryIsPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser may do everything";
  MakeDatabase();
  fs::permissions(path(), fs::perms::none);
  EXPECT_CODE(Opening(), StatusCode::kPermission);
  fs::permissions(path(), fs::perms::owner_all);
}

TEST_F(RocksDbDirectoryTest, MissingParentIsAnErrorThatNamesThePath) {
  const Status status = OpeningOf(directory_ / "no" / "such" / "parent", Mode::kCreate);
  EXPECT_CODE(status, StatusCode::kIoError);
  EXPECT_THAT(status.message(), HasSubstr("parent"));
}

}  // namespace
}  // namespace rookery::engine
