// Encrypted files as RocksDB uses them: offsets and sizes without the header, and no key stream that meets two texts.
#include "engine/rocksdb/encrypted_file_system.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <string>

#include "crypto/file_header.h"
#include "tests/engine/engine_under_test.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using crypto::kHeaderBytes;
using ::testing::HasSubstr;
using testing::SeededRandom;

#define ASSERT_IO(expression)                                  \
  do {                                                         \
    const rocksdb::Status rk_io_status = (expression);         \
    ASSERT_TRUE(rk_io_status.ok()) << rk_io_status.ToString(); \
  } while (false)

std::string OnDisk(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteOnDisk(const fs::path& path, std::string_view bytes) { std::ofstream(path, std::ios::binary) << bytes; }

class EncryptedFileSystemTest : public ::testing::Test {
 protected:
  using Options = rocksdb::FileOptions;

  std::string Path(const std::string& name = "file") const { return (directory_ / name).string(); }
  static rocksdb::IOStatus Append(rocksdb::FSWritableFile* file, std::string_view bytes) {
    return file->Append(rocksdb::Slice(bytes.data(), bytes.size()), {}, nullptr);
  }
  std::unique_ptr<rocksdb::FSWritableFile> NewFile(const std::string& name = "file", const Options& options = {}) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    EXPECT_TRUE(files_->NewWritableFile(Path(name), options, &file, nullptr).ok());
    return file;
  }
  void Write(std::string_view bytes, const std::string& name = "file") {
    const auto file = NewFile(name);
    ASSERT_IO(Append(file.get(), bytes));
    ASSERT_IO(file->Close({}, nullptr));
  }
  /// From the beginning to the end; "error: ..." if it cannot be read.
  std::string Read(const std::string& name = "file") const {
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    rocksdb::IOStatus status = files_->NewSequentialFile(Path(name), {}, &file, nullptr);
    std::string all;
    std::string buffer(7000, '\0');
    while (status.ok()) {
      rocksdb::Slice part;
      status = file->Read(buffer.size(), {}, &part, buffer.data(), nullptr);
      if (status.ok() && part.empty()) return all;
      all.append(part.data(), part.size());
    }
    return "error: " + status.ToString();
  }
  rocksdb::IOStatus OpenAtRandom(const std::string& name = "file", const Options& options = {}) {
    return files_->NewRandomAccessFile(Path(name), options, &reader_, nullptr);
  }

  testing::TempDir directory_;
  std::shared_ptr<const crypto::KeyRing> keys_ = KeysOf({'k'});
  std::shared_ptr<rocksdb::FileSystem> files_ = NewEncryptedFileSystem(rocksdb::FileSystem::Default(), keys_);
  std::unique_ptr<rocksdb::FSRandomAccessFile> reader_;
};

TEST_F(EncryptedFileSystemTest, WhatIsWrittenIsReadAndNotOnDisk) {
  const std::string text = "a text that is long enough not to come about by chance";
  Write(text);
  EXPECT_EQ(Read(), text);
  const std::string bytes = OnDisk(Path());
  EXPECT_EQ(bytes.size(), kHeaderBytes + text.size());
  EXPECT_EQ(bytes.find("long enough"), std::string::npos);
}

TEST_F(EncryptedFileSystemTest, PiecesOfAnySizeAreReadFromAnywhere) {
  SeededRandom random(11);
  SCOPED_TRACE(random.trace());
  std::string all;
  const auto file = NewFile();
  while (all.size() < std::size_t{1} << 20) {
    const std::string piece = random.Bytes(random.OneIn(5) ? random.Below(300'000) : random.Below(300));
    ASSERT_IO(Append(file.get(), piece));
    all += piece;
  }
  EXPECT_EQ(file->GetFileSize({}, nullptr), all.size());
  ASSERT_IO(file->Close({}, nullptr));
  EXPECT_EQ(Read(), all);
  ASSERT_IO(OpenAtRandom());
  for (int i = 0; i < 500; ++i) {
    const std::size_t from = random.Below(all.size());
    std::string buffer(1 + random.Below(20'000), '\0');
    rocksdb::Slice read;
    ASSERT_IO(reader_->Read(from, buffer.size(), {}, &read, buffer.data(), nullptr));
    ASSERT_EQ(read.ToStringView(), std::string_view(all).substr(from, buffer.size()));
  }
}

TEST_F(EncryptedFileSystemTest, MappedAndDirectAccessGiveTheSame) {
  const std::string text(10'000, 'x');
  Options options;
  options.use_mmap_reads = true;
  options.use_mmap_writes = true;
  options.use_direct_writes = true;
  const auto file = NewFile("file", options);
  EXPECT_FALSE(file->use_direct_io());
  ASSERT_IO(Append(file.get(), text));
  ASSERT_IO(file->Close({}, nullptr));
  EXPECT_EQ(Read(), text);
  ASSERT_IO(OpenAtRandom("file", options));
  std::string buffer(5000, '\0');
  rocksdb::Slice read;
  ASSERT_IO(reader_->Read(100, buffer.size(), {}, &read, buffer.data(), nullptr));
  EXPECT_EQ(read.ToString(), std::string(5000, 'x'));
}

TEST_F(EncryptedFileSystemTest, SizesAreThoseOfTheData) {
  Write("12345");
  std::uint64_t bytes = 0;
  ASSERT_IO(files_->GetFileSize(Path(), {}, &bytes, nullptr));
  EXPECT_EQ(bytes, 5U);
  std::vector<rocksdb::FileAttributes> all;
  ASSERT_IO(files_->GetChildrenFileAttributes(directory_.path().string(), {}, &all, nullptr));
  for (const rocksdb::FileAttributes& file : all) {
    if (file.name == "file") {
      EXPECT_EQ(file.size_bytes, 5U);
    }
  }
  WriteOnDisk(Path("short"), "abc");
  ASSERT_IO(files_->GetFileSize(Path("short"), {}, &bytes, nullptr));
  EXPECT_EQ(bytes, 0U);
}

TEST_F(EncryptedFileSystemTest, TheSameTextTwiceIsDifferentOnDisk) {
  const std::string text(500, 'x');
  Write(text);
  const std::string first = OnDisk(Path()).substr(kHeaderBytes);
  Write(text);
  EXPECT_NE(OnDisk(Path()).substr(kHeaderBytes), first);
  EXPECT_EQ(Read(), text);
}

TEST_F(EncryptedFileSystemTest, ARecycledFileBeginsAnew) {
  Write(std::string(20'000, 'x'), "old");
  const std::string before = OnDisk(Path("old"));
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_IO(files_->ReuseWritableFile(Path("new"), Path("old"), {}, &file, nullptr));
  ASSERT_IO(Append(file.get(), "y"));
  ASSERT_IO(file->Close({}, nullptr));
  EXPECT_FALSE(fs::exists(Path("old")));
  const std::string after = OnDisk(Path("new"));
  EXPECT_EQ(after.size(), kHeaderBytes + 1);
  EXPECT_NE(after.substr(0, crypto::kSealedBytes), before.substr(0, crypto::kSealedBytes));
  EXPECT_EQ(Read("new"), "y");
}

TEST_F(EncryptedFileSystemTest, AReopenedFileIsSyncedButNotAppendedTo) {
  Write("text");
  const std::string before = OnDisk(Path());
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_IO(files_->ReopenWritableFile(Path(), {}, &file, nullptr));
  ASSERT_IO(file->Sync({}, nullptr));
  EXPECT_TRUE(Append(file.get(), "more").IsNotSupported());
  ASSERT_IO(file->Close({}, nullptr));
  EXPECT_EQ(OnDisk(Path()), before);
  // One that is not there is made.
  ASSERT_IO(files_->ReopenWritableFile(Path("fresh"), {}, &file, nullptr));
  ASSERT_IO(Append(file.get(), "text"));
  ASSERT_IO(file->Close({}, nullptr));
  EXPECT_EQ(Read("fresh"), "text");
}

TEST_F(EncryptedFileSystemTest, WhatWasCutOffIsNotWrittenAgain) {
  const auto file = NewFile();
  ASSERT_IO(Append(file.get(), "0123456789"));
  ASSERT_IO(file->Truncate(10, {}, nullptr));
  ASSERT_IO(Append(file.get(), "abc"));
  ASSERT_IO(file->Truncate(4, {}, nullptr));
  EXPECT_TRUE(Append(file.get(), "456789").IsNotSupported());
  EXPECT_TRUE(file->PositionedAppend("456789", 4, {}, nullptr).IsNotSupported());
  ASSERT_IO(file->Close({}, nullptr));
  EXPECT_EQ(Read(), "0123");
}

TEST_F(EncryptedFileSystemTest, OtherWaysToWriteAreRefused) {
  Write("text");
  std::unique_ptr<rocksdb::FSRandomRWFile> both;
  EXPECT_TRUE(files_->NewRandomRWFile(Path(), {}, &both, nullptr).IsNotSupported());
  std::unique_ptr<rocksdb::MemoryMappedFileBuffer> mapped;
  EXPECT_TRUE(files_->NewMemoryMappedFileBuffer(Path(), &mapped).IsNotSupported());
  std::shared_ptr<rocksdb::Logger> logger;
  EXPECT_TRUE(files_->NewLogger(Path("LOG"), {}, &logger, nullptr).IsNotSupported());
  EXPECT_FALSE(fs::exists(Path("LOG")));
}

TEST_F(EncryptedFileSystemTest, ABadHeaderIsAnErrorAndNeverData) {
  Write("text");
  const std::string good = OnDisk(Path());
  std::string flipped = good;
  flipped[50] = static_cast<char>(flipped[50] ^ 1);
  std::string clear(5000, 'c');
  for (const std::string& bytes : {flipped, clear, "x" + good}) {
    WriteOnDisk(Path(), bytes);
    EXPECT_THAT(Read(), HasSubstr("error: Corruption")) << bytes.substr(0, 20);
    EXPECT_TRUE(OpenAtRandom().IsCorruption());
  }
  files_ = NewEncryptedFileSystem(rocksdb::FileSystem::Default(), KeysOf({'q'}));
  WriteOnDisk(Path(), good);
  EXPECT_THAT(Read(), HasSubstr("which was not given"));
  EXPECT_TRUE(OpenAtRandom().IsCorruption());
}

TEST_F(EncryptedFileSystemTest, AHeaderThatACrashCutOffIsThatOfAnEmptyFile) {
  Write("text");
  const std::string good = OnDisk(Path());
  for (const std::string& bytes : {std::string(), good.substr(0, 50), good.substr(0, kHeaderBytes - 1),
                                   std::string(kHeaderBytes, '\0'), std::string(kHeaderBytes + 100, '\0')}) {
    WriteOnDisk(Path(), bytes);
    EXPECT_EQ(Read(), "");
    EXPECT_TRUE(OpenAtRandom().IsCorruption());
  }
}

// --- RocksDB on it -------------------------------------------------------------------------------------------------

class EncryptedRocksDbTest : public RocksDbTest {
 protected:
  EncryptedRocksDbTest() { options_.keys = KeysOf({'a'}); }

  /// The files that need another key than the newest.
  std::set<std::string> FilesWithOldKeys() const {
    std::set<std::string> files;
    for (const auto& entry : fs::directory_iterator(path())) {
      const auto id = crypto::ReadKeyId(entry.path());
      if (id && *id != options_.keys->newest_id()) files.insert(entry.path().filename().string());
    }
    return files;
  }
};

TEST_F(EncryptedRocksDbTest, EveryFileHasAHeaderAndNoTwoTheSame) {
  options_.overrides["recycle_log_file_num"] = "4";
  Create();
  for (int i = 0; i < 5; ++i) {
    PutMany(2000);
    ASSERT_OK(engine_->Flush());
  }
  std::set<std::string> sealed;
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(path())) {
    if (entry.path().filename() == "LOCK" || entry.is_directory()) continue;  // which has copies
    ASSERT_TRUE(crypto::ReadKeyId(entry.path()).has_value()) << entry.path();
    const std::string header = OnDisk(entry.path()).substr(0, crypto::kSealedBytes);
    sealed.insert(header.substr(20, 12) + header.substr(48));
    ++count;
  }
  EXPECT_GE(count, 8U);
  EXPECT_EQ(sealed.size(), count);
}

TEST_F(EncryptedRocksDbTest, WhatWasWrittenIsThereAfterACrash) {
  Create();
  PutMany(3000);
  ASSERT_OK(engine_->Flush());
  PutMany(5000);
  Crash();
  Open();
  EXPECT_EQ(CountOfMany(), 5000);
}

TEST_F(EncryptedRocksDbTest, DirectReadsAndWritesAreAskedForAndTheRowsAreRight) {
  const int probe = ::open(directory_.path().c_str(), O_TMPFILE | O_RDWR | O_DIRECT | O_CLOEXEC, 0600);
  if (probe < 0) GTEST_SKIP() << "the file system has no direct access";
  ::close(probe);
  options_.overrides["use_direct_reads"] = "true";
  options_.overrides["use_direct_io_for_flush_and_compaction"] = "true";
  Create();
  for (int i = 0; i < 3; ++i) {
    PutMany(3000);
    ASSERT_OK(Put("large", std::string(100'001, 'x')));
    ASSERT_OK(engine_->Flush());
  }
  ASSERT_OK(engine_->Compact());
  Close();
  Open();
  EXPECT_EQ(CountOfMany(), 3000);
  EXPECT_EQ(Get("large"), std::string(100'001, 'x'));
}

TEST_F(EncryptedRocksDbTest, ALogThatEndsInItsHeaderIsAnEmptyOne) {
  Create();
  PutMany(100);
  ASSERT_OK(engine_->Flush());
  Close();
  for (const std::string& name : FilesWith(".log")) fs::resize_file(path() / name, 17);
  Open();
  EXPECT_EQ(CountOfMany(), 100);
}

TEST_F(EncryptedRocksDbTest, AFlippedBitOfDataIsNoticedByTheChecksums) {
  Create();
  PutMany(1000);
  ASSERT_OK(engine_->Flush());
  Close();
  const fs::path table = path() / FilesWith(".sst").front();
  std::string bytes = OnDisk(table);
  bytes[kHeaderBytes + 300] = static_cast<char>(bytes[kHeaderBytes + 300] ^ 4);
  WriteOnDisk(table, bytes);
  Open();
  const auto cursor = engine_->NewCursor(main_, {.access = Access::kScan});
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) {
  }
  EXPECT_CODE(cursor->status(), StatusCode::kCorruption);
}

TEST_F(EncryptedRocksDbTest, CompactingWithANewKeyLeavesNoFileThatNeedsTheOldOne) {
  Create();
  for (int i = 0; i < 3; ++i) {
    PutMany(2000, 200);
    ASSERT_OK(Put("large", std::string(100'000, 'x')));
    ASSERT_OK(engine_->Flush());
  }
  ASSERT_OK(engine_->Compact());
  Close();
  options_.keys = KeysOf({'b', 'a'});
  Open();
  EXPECT_FALSE(FilesWithOldKeys().empty());
  ASSERT_OK(engine_->Compact());
  Close();
  EXPECT_EQ(FilesWithOldKeys(), std::set<std::string>());
  options_.keys = KeysOf({'b'});
  Open();
  EXPECT_EQ(CountOfMany(), 2000);
  EXPECT_EQ(Get("large"), std::string(100'000, 'x'));
}

}  // namespace
}  // namespace rookery::engine
