// After a crash: what was acknowledged is there, a torn tail is normal, damage before it is an error and never a loss.
#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <fstream>

#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/copy_of_one_moment.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RocksDbRecoveryTest : public RocksDbTest {
 protected:
  /// A database of `rows` rows whose process ended: all rows are in the log.
  void CrashWithRows(int rows) {
    Create();
    PutMany(rows);
    Crash();
  }
  fs::path Log() const { return path() / FilesWith(".log").back(); }
  void Flip(const fs::path& file, std::uintmax_t offset) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    const int byte = stream.get();
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.put(static_cast<char>(byte ^ 0x5A));
  }
};

TEST_F(RocksDbRecoveryTest, BufferedWritesSurviveTheEndOfTheProcess) {
  CrashWithRows(1000);
  Open();
  EXPECT_EQ(CountOfMany(), 1000);
}

TEST_F(RocksDbRecoveryTest, TornTailLosesOnlyTheTornBatch) {
  CrashWithRows(1000);
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  Open();
  EXPECT_EQ(CountOfMany(), 999);
}

TEST_F(RocksDbRecoveryTest, TornBatchIsNeverThereInPart) {
  Create();
  const auto batch = engine_->NewBatch();
  for (int i = 0; i < 100; ++i) batch->Put(main_, "row/" + std::to_string(i), std::string(1000, 'v'));
  ASSERT_OK(engine_->Write(*batch, /*sync=*/true));
  Crash();
  fs::resize_file(Log(), fs::file_size(Log()) / 2);
  Open();
  EXPECT_EQ(Get("row/0"), std::nullopt);
  EXPECT_EQ(Get("row/99"), std::nullopt);
}

TEST_F(RocksDbRecoveryTest, DamageInTheMiddleOfTheLogIsAnError) {
  CrashWithRows(1000);
  const std::uintmax_t middle = fs::file_size(Log()) / 2;
  Flip(Log(), middle);
  Flip(Log(), middle + 1);
  EXPECT_CODE(Opening(), StatusCode::kCorruption);
  EXPECT_CODE(Opening(Mode::kReadOnly), StatusCode::kCorruption);
}

TEST_F(RocksDbRecoveryTest, DamageInALogEndsItIfTheMachineWentDown) {
  CrashWithRows(1000);
  Flip(Log(), fs::file_size(Log()) / 2);
  options_.log_damage = RocksDbOptions::LogDamage::kEndsIt;
  ASSERT_OK_AND_ASSIGN(const RocksDbPosition found, FindRocksDbPosition(path(), options_));
  EXPECT_FALSE(found.logs_are_whole);
  Open();
  EXPECT_EQ(engine_->position(), found.position);
  const int rows = CountOfMany();
  EXPECT_GT(rows, 400);
  EXPECT_LT(rows, 600);
  EXPECT_EQ(Get("key/999"), std::nullopt);
}

TEST_F(RocksDbRecoveryTest, ARecordThatNeverReachedTheManifestEndsItIfTheMachineWentDown) {
  CrashWithRows(100);
  const fs::path manifest = FileStartingWith("MANIFEST-");
  const std::uintmax_t whole = fs::file_size(manifest);
  // A record of 50 bytes, of which the disk has others than were written.
  {
    std::ofstream file(manifest, std::ios::binary | std::ios::app);
    file << "sums" << std::string("\x32\0\1", 3) << std::string(50, 'g');
  }
  EXPECT_CODE(Opening(), StatusCode::kCorruption);
  options_.log_damage = RocksDbOptions::LogDamage::kEndsIt;
  ASSERT_OK(FindRocksDbPosition(path(), options_));
  {
    const fs::path damaged = directory_ / "damaged";
    fs::copy(path(), damaged, fs::copy_options::recursive);
    Flip(damaged / manifest.filename(), whole / 2);
    EXPECT_CODE(OpeningOf(damaged), StatusCode::kCorruption);  // what was synced is not given up
  }
  Open();
  EXPECT_EQ(CountOfMany(), 100);
}

TEST_F(RocksDbRecoveryTest, ALostLogIsAnErrorThatNamesIt) {
  Create();
  ASSERT_OK(Put("key/0", "value", /*sync=*/true));
  Crash();
  for (const std::string& name : FilesWith(".log")) fs::remove(path() / name);
  for (const Mode mode : {Mode::kOpen, Mode::kReadOnly}) {
    const Status status = Opening(mode);
    EXPECT_CODE(status, StatusCode::kCorruption);
    EXPECT_THAT(status.message(), HasSubstr(".log"));
    EXPECT_THAT(status.message(), HasSubstr(path().string()));
  }
}

TEST_F(RocksDbRecoveryTest, AnEmptyLogSaysThatTheLostOneIsGivenUp) {
  Create();
  PutMany(10);
  ASSERT_OK(engine_->Flush());
  ASSERT_OK(Put("key/10", "lost"));
  Crash();
  for (const std::string& name : FilesWith(".log")) fs::remove(path() / name);
  std::ofstream(path() / "000001.log").flush();
  EXPECT_OK(Opening(Mode::kReadOnly));
  Open();
  EXPECT_EQ(CountOfMany(), 10);
}

TEST_F(RocksDbRecoveryTest, AnyStateWithItsLogOpensReadOnlyAndForWriting) {
  Create();
  const auto expect_opens = [&] {
    EXPECT_OK(Opening(Mode::kReadOnly));
    EXPECT_OK(Opening());
    Open();
  };
  PutMany(100);
  Crash();
  expect_opens();
  ASSERT_OK(engine_->Compact());
  Crash();
  expect_opens();
  ASSERT_OK(engine_->Compact());
  Close();
  expect_opens();
  Close();
  expect_opens();
  EXPECT_EQ(CountOfMany(), 100);
}

TEST_F(RocksDbRecoveryTest, ALogInAnotherDirectoryIsLookedForThere) {
  fs::create_directory(directory_ / "logs");
  options_.overrides = {{"wal_dir", (directory_ / "logs").string()}};
  Create();
  PutMany(10);
  Close();
  Open();
  EXPECT_EQ(CountOfMany(), 10);
}

TEST_F(RocksDbRecoveryTest, DamagedRowIsReportedWhenItIsRead) {
  Create();
  PutMany(2000);
  Close();
  Flip(path() / FilesWith(".sst").back(), 2000);
  Open();
  EXPECT_CODE(engine_->Get(main_, "key/0"), StatusCode::kCorruption);
  const auto cursor = engine_->NewCursor(main_, {.access = Access::kScan});
  for (cursor->SeekToFirst(); cursor->valid();) cursor->Next();
  EXPECT_CODE(cursor->status(), StatusCode::kCorruption);
}

TEST_F(RocksDbRecoveryTest, CleanlyClosedDatabaseHasNothingToReplay) {
  Create();
  PutMany(1000);
  Close();
  Open();
  EXPECT_EQ(engine_->Size().wal_bytes, 0U);
  EXPECT_EQ(CountOfMany(), 1000);
}

/// The position is told before and after each of these, by the batch, by the engine and by the files.
class RocksDbPositionTest : public RocksDbTest {
 protected:
  void SetUp() override {
    Create();
    ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"other"}));
    PutMany(10);
  }
  /// Writes the batch, and finds its position again.
  void ExpectFound(std::unique_ptr<Batch> batch) {
    ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
    EXPECT_EQ(batch->position(), engine_->position());
    batch = nullptr;
    ExpectFound();
  }
  void ExpectFound() {
    const std::uint64_t position = engine_->position();
    const fs::path killed = directory_ / "killed";
    testing::CopyOfOneMoment(path(), killed);
    EXPECT_EQ(FindRocksDbPosition(killed, options_).value().position, position);
    Close();
    EXPECT_EQ(FindRocksDbPosition(path(), options_).value().position, position);
    Open();
    EXPECT_EQ(engine_->position(), position);
  }
};

TEST_F(RocksDbPositionTest, OfRows) {
  auto batch = engine_->NewBatch();
  batch->Put(main_, "a", "1");
  batch->Delete(main_, "key/0");
  batch->Put(engine_->FindKeyspace("other").value(), "b", "2");
  ExpectFound(std::move(batch));
}

TEST_F(RocksDbPositionTest, OfARangeThatIsDeleted) {
  auto batch = engine_->NewBatch();
  batch->DeleteRange(main_, "key/", "key0");
  ExpectFound(std::move(batch));
}

TEST_F(RocksDbPositionTest, OfABatchOfNothing) { ExpectFound(engine_->NewBatch()); }

TEST_F(RocksDbPositionTest, OfAKeyspaceThatGoesAfterItWasWrittenTo) {
  const KeyspaceId other = engine_->FindKeyspace("other").value();
  auto batch = engine_->NewBatch();
  batch->Put(other, "a", "1");
  ASSERT_OK(engine_->Flush());
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
  batch = nullptr;
  ASSERT_OK(engine_->DropKeyspace(other));
  ExpectFound();
}

TEST_F(RocksDbPositionTest, OfATableThatIsTakenIn) {
  {
    ASSERT_OK_AND_ASSIGN(const auto intake, engine_->NewIntake());
    std::vector<std::unique_ptr<SortedTable>> tables;
    ASSERT_OK_AND_ASSIGN(auto table, intake->NewTable(main_, Packing::kFast));
    ASSERT_OK(table->Add("key/1", "another"));
    ASSERT_OK(table->Finish());
    tables.push_back(std::move(table));
    ASSERT_OK(engine_->FlushKeyspaces({&main_, 1}));
    ASSERT_OK(intake->Ingest(tables));
  }
  ExpectFound();
}

/// What a family that was flushed by itself leaves: its own log is the new one, which is empty, and the rows of others
/// are in the one before.
TEST_F(RocksDbPositionTest, OfRowsInALogThatTheDefaultFamilyDoesNotNeed) {
  Close();
  rocksdb::DB* raw = nullptr;
  rocksdb::Options options;
  options.avoid_flush_during_shutdown = true;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const char* const name : {"default", "main", "other"}) descriptors.emplace_back(name, options);
  ASSERT_TRUE(rocksdb::DB::Open(options, path().string(), descriptors, &families, &raw).ok());
  const std::unique_ptr<rocksdb::DB> database(raw);
  ASSERT_TRUE(database->Put({}, families[0], "a", "1").ok());
  for (const char* const key : {"b", "c", "d"}) ASSERT_TRUE(database->Put({}, families[1], key, "2").ok());
  ASSERT_TRUE(database->Flush({}, families[0]).ok());
  const fs::path killed = directory_ / "killed";
  testing::CopyOfOneMoment(path(), killed);
  EXPECT_EQ(FindRocksDbPosition(killed, options_).value().position, database->GetLatestSequenceNumber());
  for (rocksdb::ColumnFamilyHandle* const family : families) {
    ASSERT_TRUE(database->DestroyColumnFamilyHandle(family).ok());
  }
}

TEST_F(RocksDbRecoveryTest, LogStaysNearItsBoundThoughAFamilyIsIdle) {
  options_.max_wal_bytes = std::uint64_t{2} << 20;
  Create();
  ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"idle"}));
  const auto batch = engine_->NewBatch();
  batch->Put(engine_->FindKeyspace("idle").value(), "once", "and never again");
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
  for (int round = 0; round < 20; ++round) PutMany(1000, 1000);
  ASSERT_OK(engine_->Flush());
  EXPECT_LE(engine_->Size().wal_bytes, options_.max_wal_bytes * 4);
}

}  // namespace
}  // namespace rookery::engine
