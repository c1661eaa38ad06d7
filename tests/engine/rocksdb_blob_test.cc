// Large values in blob files: which go there, that they come back, that their space does, and what damage looks like.
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>

#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/fault_env.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::size_t kThreshold = 8192;

class RocksDbBlobTest : public RocksDbTest {
 protected:
  RocksDbBlobTest() {
    options_.env = faults_.env();
    options_.blob_threshold_bytes = kThreshold;
    options_.write_buffer_bytes = std::size_t{64} << 20;  // what a test writes never waits for a flush
  }
  ~RocksDbBlobTest() override {
    faults_.Heal();
    engine_ = nullptr;
  }

  /// A value that no packing makes smaller.
  std::string Noise(std::size_t size) { return random_.Bytes(size); }
  std::uintmax_t BlobBytes() const {
    std::uintmax_t bytes = 0;
    for (const std::string& name : FilesWith(".blob")) bytes += fs::file_size(path() / name);
    return bytes;
  }
  void FlipByteOfBlobFile() {
    const fs::path file = path() / FilesWith(".blob").front();
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(file) / 2);
    stream.seekg(middle);
    const int byte = stream.get();
    stream.seekp(middle);
    stream.put(static_cast<char>(byte ^ 0x5A));
  }

  testing::FaultEnv faults_;  // outlives the engine: see the destructor
  testing::SeededRandom random_{5};
};

TEST_F(RocksDbBlobTest, ValuesFromTheThresholdOnLieInBlobFiles) {
  Create();
  ASSERT_OK(Put("below", Noise(kThreshold - 1)));
  ASSERT_OK(engine_->Flush());
  EXPECT_THAT(FilesWith(".blob"), IsEmpty());
  const std::string value = Noise(kThreshold);
  ASSERT_OK(Put("at", value));
  ASSERT_OK(engine_->Flush());
  EXPECT_THAT(FilesWith(".blob"), Not(IsEmpty()));
  Close();
  Open();
  EXPECT_EQ(Get("at"), value);
}

TEST_F(RocksDbBlobTest, ThresholdOfZeroIsNever) {
  options_.blob_threshold_bytes = 0;
  Create();
  ASSERT_OK(Put("key", Noise(1'000'000)));
  ASSERT_OK(engine_->Flush());
  EXPECT_THAT(FilesWith(".blob"), IsEmpty());
}

TEST_F(RocksDbBlobTest, BlobsStayReadableUnderAnotherThreshold) {
  Create();
  const std::string value = Noise(3 * kThreshold);
  ASSERT_OK(Put("key", value));
  Close();
  options_.blob_threshold_bytes = 0;
  Open();
  EXPECT_EQ(Get("key"), value);
  ASSERT_OK(engine_->Compact());
  EXPECT_EQ(Get("key"), value);
  EXPECT_THAT(FilesWith(".blob"), IsEmpty()) << "the value is among the others again";
}

TEST_F(RocksDbBlobTest, SizesCountBlobs) {
  Create();
  PutMany(10, 100'000);
  for (int i = 0; i < 10; ++i) ASSERT_OK(Put("noise/" + std::to_string(i), Noise(100'000)));
  ASSERT_OK(engine_->Flush());
  EXPECT_GE(engine_->SizeOf(main_).disk_bytes, 1'000'000U);
  EXPECT_GE(engine_->Size().disk_bytes, 1'000'000U);
}

TEST_F(RocksDbBlobTest, CompactingGivesTheSpaceOfDeletedBlobsBack) {
  Create();
  for (int i = 0; i < 40; ++i) ASSERT_OK(Put("noise/" + std::to_string(i), Noise(100'000)));
  ASSERT_OK(engine_->Flush());
  ASSERT_GE(BlobBytes(), 4'000'000U);
  const auto batch = engine_->NewBatch();
  for (int i = 1; i < 40; ++i) batch->Delete(main_, "noise/" + std::to_string(i));
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
  ASSERT_OK(engine_->Compact());
  EXPECT_LE(BlobBytes(), 110'000U);
  EXPECT_LE(engine_->SizeOf(main_).disk_bytes, 120'000U);
  EXPECT_TRUE(Get("noise/0"));
}

TEST_F(RocksDbBlobTest, ReplacedBlobsAreCollectedByCompactionsThatStartThemselves) {
  options_.blob_threshold_bytes = kThreshold;
  Create();
  for (int round = 0; round < 24; ++round) {
    for (int i = 0; i < 10; ++i) ASSERT_OK(Put("key/" + std::to_string(i), Noise(100'000)));
    ASSERT_OK(engine_->Flush());
  }
  Close();
  EXPECT_LT(BlobBytes(), 12'000'000U) << "24 MB were written, 1 MB is alive";
}

TEST_F(RocksDbBlobTest, DroppingFilesLeavesNoBlobsBehind) {
  Create();
  for (int file = 0; file < 4; ++file) {
    ASSERT_OK(Put("key/" + std::to_string(file), Noise(100'000)));
    ASSERT_OK(engine_->Flush());
  }
  std::atomic<bool> cancelled{false};
  ASSERT_OK(engine_->Reclaim(main_, "key/", "key0", &cancelled));  // one file that refers to several blob files
  ASSERT_GE(FilesWith(".blob").size(), 2U);
  const auto batch = engine_->NewBatch();
  batch->DeleteRange(main_, "key/", "key0");
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
  ASSERT_OK(engine_->DropFiles(main_, "key/", "key0"));
  ASSERT_OK(engine_->Reclaim(main_, "key/", "key0", &cancelled));
  EXPECT_THAT(FilesWith(".blob"), IsEmpty());
}

TEST_F(RocksDbBlobTest, FilesWithoutBlobsAreDroppedBesideThoseThatHaveSome) {
  Create();
  ASSERT_OK(Put("blobs", Noise(100'000)));
  ASSERT_OK(engine_->Flush());
  ASSERT_OK(Put("key", Noise(1000)));
  ASSERT_OK(engine_->Flush());
  std::atomic<bool> cancelled{false};
  ASSERT_OK(engine_->Reclaim(main_, "key", "key0", &cancelled));  // below level 0, from which nothing is dropped
  const std::size_t tables = FilesWith(".sst").size();
  ASSERT_OK(engine_->DropFiles(main_, "blobs", "blobs0"));
  EXPECT_EQ(FilesWith(".sst").size(), tables);
  ASSERT_OK(engine_->DropFiles(main_, "key", "key0"));
  EXPECT_EQ(FilesWith(".sst").size(), tables - 1);
}

TEST_F(RocksDbBlobTest, ADamagedBlobIsCorruption) {
  Create();
  ASSERT_OK(Put("key", Noise(100'000)));
  ASSERT_OK(Put("other", "small"));
  Close();
  FlipByteOfBlobFile();
  Open();
  EXPECT_CODE(engine_->Get(main_, "key"), StatusCode::kCorruption);
  EXPECT_EQ(Get("other"), "small");
  const auto cursor = engine_->NewCursor(main_, {.access = Access::kScan});
  cursor->SeekToFirst();
  EXPECT_FALSE(cursor->valid());
  EXPECT_CODE(cursor->status(), StatusCode::kCorruption);
}

TEST_F(RocksDbBlobTest, AMissingBlobFileIsCorruption) {
  Create();
  ASSERT_OK(Put("key", Noise(100'000)));
  Close();
  fs::remove(path() / FilesWith(".blob").front());
  Open();
  EXPECT_CODE(engine_->Get(main_, "key"), StatusCode::kCorruption);
}

TEST_F(RocksDbBlobTest, AFullDiskWhileBlobsAreWrittenLosesNothing) {
  Create();
  const std::string value = Noise(100'000);
  for (int i = 0; i < 10; ++i) ASSERT_OK(Put("key/" + std::to_string(i), value));
  faults_.FillAfter(300'000);
  EXPECT_CODE(engine_->Flush(), StatusCode::kNoSpace);
  EXPECT_EQ(Get("key/9"), value);
  static_cast<void>(engine_->Close());
  engine_ = nullptr;
  faults_.Heal();
  Open();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Get("key/" + std::to_string(i)), value);
}

}  // namespace
}  // namespace rookery::engine
