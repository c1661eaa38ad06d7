// A store that lost something is not opened as if it had not: beside what RocksDB alone does with the same accident.
#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "assembly/checked_lines.h"
#include "assembly/witness_file.h"
#include "rookery/store.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<fs::path> FilesWith(const fs::path& directory, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Overwrite(const fs::path& file, std::uintmax_t offset, const std::string& bytes) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(offset));
  stream << bytes;
}

// --- RocksDB alone -------------------------------------------------------------------------------------------------

class RawRocksDbTest : public ::testing::Test {
 protected:
  static constexpr int kRows = 1000;

  /// A database with so many rows in its log, and none in its tables, whose process ended.
  void SetUp() override {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.avoid_flush_during_shutdown = true;
    std::unique_ptr<rocksdb::DB> database = OpenRaw(options);
    ASSERT_NE(database, nullptr);
    rocksdb::WriteOptions sync;
    sync.sync = true;
    for (int i = 0; i < kRows; ++i) {
      ASSERT_TRUE(database->Put(i + 1 == kRows ? sync : rocksdb::WriteOptions(), std::to_string(i), "value").ok());
    }
  }
  std::unique_ptr<rocksdb::DB> OpenRaw(const rocksdb::Options& options) const {
    rocksdb::DB* database = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, path_.string(), &database);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return std::unique_ptr<rocksdb::DB>(database);
  }
  static int CountRows(rocksdb::DB* database) {
    int rows = 0;
    const std::unique_ptr<rocksdb::Iterator> cursor(database->NewIterator(rocksdb::ReadOptions()));
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) ++rows;
    EXPECT_TRUE(cursor->status().ok());
    return rows;
  }

  TempDir dir_;
  const fs::path path_ = dir_.path() / "raw";
};

TEST_F(RawRocksDbTest, LosesWhatComesAfterTwoFlippedBytesAndReportsNothing) {
  const fs::path log = FilesWith(path_, ".log").back();
  Overwrite(log, fs::file_size(log) / 2, "\xA5\x5A");
  const auto database = OpenRaw(rocksdb::Options());
  ASSERT_NE(database, nullptr);
  EXPECT_LT(CountRows(database.get()), kRows * 6 / 10);
}

TEST_F(RawRocksDbTest, WithoutCurrentIsEmptyAndDeletesWhatWasThere) {
  {
    const auto database = OpenRaw(rocksdb::Options());
    ASSERT_TRUE(database->Flush(rocksdb::FlushOptions()).ok());
  }
  ASSERT_FALSE(FilesWith(path_, ".sst").empty());
  for (const fs::path& log : FilesWith(path_, ".log")) fs::remove(log);
  fs::remove(path_ / "CURRENT");
  rocksdb::Options options;
  options.create_if_missing = true;
  const auto database = OpenRaw(options);
  ASSERT_NE(database, nullptr);
  EXPECT_EQ(CountRows(database.get()), 0);
  EXPECT_TRUE(FilesWith(path_, ".sst").empty());
}

// --- The same, and more, with Rookery ------------------------------------------------------------------------------

class HonestOpenTest : public ::testing::Test {
 protected:
  static constexpr int kMessages = 1000;

  void SetUp() override {
    OpenStore(path_);
    PostMany(kMessages);
  }
  void OpenStore(const fs::path& path) {
    auto opened = Store::Open(path, options_);
    ASSERT_OK(opened);
    store_.emplace(std::move(*opened));
  }
  void PostMany(int count, Durability durability = Durability::kBuffered) {
    for (int i = 0; i < count; ++i) {
      const auto id =
          store_->Post({.channel = "general", .author = "ada", .content = "hello"}, {.durability = durability});
      ASSERT_OK(id);
      ids_.push_back(*id);
    }
  }
  /// What another process would find if this one were killed now.
  void Kill() {
    fs::copy(path_, crashed_, fs::copy_options::recursive);
    store_.reset();
  }
  /// The same, and the machine with it: nothing was lost but what a test removes.
  void CutPower() {
    Kill();
    std::string witness = BytesOf(Witness());
    for (std::size_t at = 0; at < 2 * 4096; at += 4096) {
      std::string record = witness.substr(at, witness.find('\0', at) - at);
      record = record.substr(0, record.find("checksum "));
      const std::size_t boot = record.find("boot ") + 5;
      record.replace(boot, record.find('\n', boot) - boot, "another");
      record = assembly::WithChecksum(record);
      record.resize(4096, '\0');
      Overwrite(Witness(), at, record);
    }
  }
  fs::path Witness() const { return crashed_ / "witness"; }
  fs::path Engine() const { return crashed_ / "cell-0000"; }
  fs::path Log() const { return FilesWith(Engine(), ".log").back(); }
  std::vector<std::string> Listing() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(crashed_)) {
      if (entry.path().filename() != "lock") names.push_back(entry.path().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  /// Nothing is changed by it.
  std::string Refused(Recovery recovery = Recovery::kTail) {
    const std::vector<std::string> before = Listing();
    options_.recovery = recovery;
    const Status refused = Store::Open(crashed_, options_).status();
    EXPECT_EQ(refused.code(), StatusCode::kCorruption);
    EXPECT_EQ(Listing(), before);
    return std::string(refused.message());
  }
  RecoveryReport Opened(Recovery recovery = Recovery::kTail) {
    options_.recovery = recovery;
    OpenStore(crashed_);
    auto report = store_ ? store_->LastRecovery() : Result<RecoveryReport>(Status(StatusCode::kClosed, "not open"));
    EXPECT_OK(report);
    return report ? *report : RecoveryReport();
  }
  std::uint64_t MessagesLeft() { return store_->SizeOf("general")->messages; }

  TempDir dir_;
  const fs::path path_ = dir_.path() / "store";
  const fs::path crashed_ = dir_.path() / "crashed";
  StoreOptions options_{.routing = HashRouting{.shards = 4}, .stats_interval = std::chrono::milliseconds{0}};
  std::optional<Store> store_;
  std::vector<MessageId> ids_;
};

TEST_F(HonestOpenTest, AStoreThatWasClosedHasAll) {
  ASSERT_OK(store_->Close());
  fs::rename(path_, crashed_);
  const RecoveryReport report = Opened(Recovery::kStrict);
  EXPECT_TRUE(report.closed);
  EXPECT_EQ(report.lost, 0U);
  EXPECT_EQ(report.Summary(), "nothing is missing");
}

TEST_F(HonestOpenTest, AKilledProcessLosesNothing) {
  Kill();
  const RecoveryReport report = Opened(Recovery::kStrict);
  EXPECT_FALSE(report.closed);
  EXPECT_FALSE(report.machine_went_down);
  EXPECT_EQ(report.lost, 0U);
  EXPECT_EQ(MessagesLeft(), static_cast<std::uint64_t>(kMessages));
}

TEST_F(HonestOpenTest, TwoFlippedBytesInTheLogAreRefused) {
  Kill();
  Overwrite(Log(), fs::file_size(Log()) / 2, "\xA5\x5A");
  const std::string refused = Refused();
  EXPECT_THAT(refused, HasSubstr(Log().filename().string() + " is damaged"));
  EXPECT_THAT(refused, HasSubstr("rookery salvage STORE NEW_STORE"));
}

TEST_F(HonestOpenTest, WithoutCurrentItIsRefusedAndNothingIsDeleted) {
  ASSERT_OK(store_->Close());
  fs::rename(path_, crashed_);
  for (const fs::path& log : FilesWith(Engine(), ".log")) fs::remove(log);
  fs::remove(Engine() / "CURRENT");
  EXPECT_THAT(Refused(), HasSubstr("CURRENT"));
  EXPECT_THAT(Refused(Recovery::kSalvage), HasSubstr("CURRENT"));
}

TEST_F(HonestOpenTest, ALogThatEndsEarlyIsRefusedAndWhatItHadIsNamed) {
  Kill();
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  const std::string id = std::to_string(ids_.back().value);
  for (const Recovery recovery : {Recovery::kStrict, Recovery::kTail}) {
    EXPECT_THAT(Refused(recovery),
                HasSubstr("channel \"general\": 1 written messages, ids " + id + " to " + id + ". Restore the store"));
  }
  const RecoveryReport report = Opened(Recovery::kSalvage);
  EXPECT_TRUE(report.salvaged);
  ASSERT_EQ(report.runs.size(), 1U);
  EXPECT_EQ(report.runs[0].first, ids_.back());
  EXPECT_TRUE(report.runs_complete);
  EXPECT_EQ(MessagesLeft(), kMessages - 1U);
}

TEST_F(HonestOpenTest, AnEmptyLogIsRefusedAndAllIsNamed) {
  Kill();
  for (const fs::path& log : FilesWith(Engine(), ".log")) fs::resize_file(log, 0);
  EXPECT_THAT(Refused(), HasSubstr("channel \"general\": 1000 written messages, ids " +
                                   std::to_string(ids_.front().value) + " to " + std::to_string(ids_.back().value)));
}

TEST_F(HonestOpenTest, AfterAPowerCutWhatWasNeverSyncedMayBeMissing) {
  PostMany(1, Durability::kSync);
  PostMany(10);
  CutPower();
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  EXPECT_THAT(Refused(Recovery::kStrict), HasSubstr("They were never synced"));
  const RecoveryReport report = Opened(Recovery::kTail);
  EXPECT_TRUE(report.machine_went_down);
  EXPECT_GT(report.lost, 0U);
  EXPECT_EQ(report.lost_synced, 0U);
  ASSERT_EQ(report.runs.size(), 1U);
  EXPECT_EQ(report.runs[0].count, 1U);
  EXPECT_EQ(report.runs[0].last, ids_.back());
  EXPECT_FALSE(report.salvaged);
}

TEST_F(HonestOpenTest, AnOpeningThatIsRefusedForAnotherCauseUsesUpNoReport) {
  PostMany(1, Durability::kSync);
  PostMany(10);
  CutPower();
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  const auto before = BytesOf(Witness());
  options_.recovery = Recovery::kTail;
  options_.routing = HashRouting{.shards = 5};
  EXPECT_CODE(Store::Open(crashed_, options_).status(), StatusCode::kInvalidArgument);
  EXPECT_EQ(BytesOf(Witness()), before);
  options_.routing = std::nullopt;
  EXPECT_THAT(Refused(Recovery::kStrict), HasSubstr("They were never synced"));
}

TEST_F(HonestOpenTest, ZerosInTheWitnessAreNotTakenForPositions) {
  Kill();
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  Overwrite(Witness(), 2 * 4096, std::string(4096, '\0'));
  EXPECT_THAT(Refused(Recovery::kStrict), HasSubstr("witness is damaged"));
}

TEST_F(HonestOpenTest, TwoStoresThatWereMixedAreRefusedAndNotChanged) {
  ASSERT_OK(store_->Close());
  fs::rename(path_, crashed_);
  const fs::path other = dir_.path() / "other";
  OpenStore(other);
  PostMany(2 * kMessages);
  ASSERT_OK(store_->Close());
  store_.reset();
  fs::remove_all(Engine());
  fs::rename(other / "cell-0000", Engine());
  const auto before = TreeOf(crashed_);
  for (const Recovery recovery : {Recovery::kTail, Recovery::kSalvage}) {
    EXPECT_THAT(Refused(recovery), HasSubstr("pieces of two stores were mixed"));
  }
  EXPECT_TRUE(TreeOf(crashed_) == before);
}

TEST_F(HonestOpenTest, AfterAPowerCutALogMayEndInGarbage) {
  PostMany(1, Durability::kSync);
  const std::uintmax_t synced = fs::file_size(FilesWith(path_ / "cell-0000", ".log").back());
  PostMany(100);
  CutPower();
  Overwrite(Log(), synced + 3000, "garbage");
  EXPECT_THAT(Refused(Recovery::kStrict), HasSubstr("They were never synced"));
  const RecoveryReport report = Opened(Recovery::kTail);
  EXPECT_GT(report.lost, 10U);
  EXPECT_EQ(report.lost_synced, 0U);
  ASSERT_EQ(report.runs.size(), 1U);
  EXPECT_EQ(report.runs[0].last, ids_.back());
  EXPECT_EQ(MessagesLeft() + report.runs[0].count, ids_.size());
}

TEST_F(HonestOpenTest, AfterAPowerCutNamesAreNotSaidToBeCompleteIfSomeAreNot) {
  PostMany(1, Durability::kSync);
  PostMany(100);
  CutPower();
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  constexpr std::uintmax_t kRingAt = 3 * 4096;
  constexpr std::uintmax_t kEntryBytes = 128;
  Overwrite(Witness(), kRingAt + (ids_.size() - 1) * kEntryBytes, std::string(kEntryBytes, '\0'));
  const RecoveryReport report = Opened(Recovery::kTail);
  EXPECT_GT(report.lost, 0U);
  EXPECT_FALSE(report.runs_complete);
}

TEST_F(HonestOpenTest, WhatAReshardJobRemovesWhereNobodyReadsItIsNotNamed) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(store_->Post({.channel = "channel" + std::to_string(i), .author = "ada", .content = "hello"}));
  }
  ASSERT_OK(store_->StartReshard(ResizeShards{.shards = 5}));
  ASSERT_OK(store_->AwaitReshard(std::chrono::minutes{1}));
  ASSERT_OK_AND_ASSIGN(const StoreInfo info, store_->Info());
  Kill();
  ASSERT_OK_AND_ASSIGN(const auto testimony, assembly::WitnessFile::Read(Witness(), info.store_id, nullptr));
  ASSERT_FALSE(testimony.runs.empty());
  for (const auto& run : testimony.runs) EXPECT_NE(run.run.kind, LostRun::Kind::kDeletions);
}

TEST_F(HonestOpenTest, AfterAPowerCutTheRingCountsAlsoWhatTheCountersDoNot) {
  PostMany(1, Durability::kSync);
  const std::string counters = BytesOf(path_ / "witness").substr(2 * 4096, 4096);
  PostMany(2);
  CutPower();
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  Overwrite(Witness(), 2 * 4096, counters);
  const RecoveryReport report = Opened(Recovery::kTail);
  EXPECT_EQ(report.lost, 1U);
  ASSERT_EQ(report.runs.size(), 1U);
  EXPECT_EQ(report.runs[0].last, ids_.back());
  EXPECT_FALSE(report.runs_complete);
}

TEST_F(HonestOpenTest, AfterAPowerCutWhatWasSyncedMayNotBeMissing) {
  PostMany(1, Durability::kSync);
  CutPower();
  fs::resize_file(Log(), fs::file_size(Log()) - 40);
  EXPECT_THAT(Refused(), HasSubstr("of them were on disk"));
  EXPECT_GT(Opened(Recovery::kSalvage).lost_synced, 0U);
}

TEST_F(HonestOpenTest, AnOlderEngineUnderANewerWitnessIsRefused) {
  ASSERT_OK(store_->Close());
  fs::copy(path_ / "cell-0000", dir_.path() / "old", fs::copy_options::recursive);
  OpenStore(path_);
  PostMany(5);
  ASSERT_OK(store_->Close());
  fs::rename(path_, crashed_);
  fs::remove_all(Engine());
  fs::rename(dir_.path() / "old", Engine());
  EXPECT_THAT(Refused(), HasSubstr("rows that were acknowledged are missing"));
}

TEST_F(HonestOpenTest, WithoutItsWitnessItIsOnlySalvaged) {
  Kill();
  fs::remove(Witness());
  EXPECT_THAT(Refused(), HasSubstr("witness is not there"));
  const RecoveryReport report = Opened(Recovery::kSalvage);
  EXPECT_TRUE(report.salvaged);
  EXPECT_EQ(MessagesLeft(), static_cast<std::uint64_t>(kMessages));
  ASSERT_OK(store_->Close());
  EXPECT_TRUE(Opened().closed);
}

TEST_F(HonestOpenTest, OneOfTwoRecordsIsEnough) {
  Kill();
  Overwrite(Witness(), 100, "damage");
  EXPECT_EQ(Opened().lost, 0U);
}

TEST_F(HonestOpenTest, ADamagedWitnessIsRefused) {
  Kill();
  Overwrite(Witness(), 100, "damage");
  Overwrite(Witness(), 4096 + 100, "damage");
  EXPECT_THAT(Refused(), HasSubstr("witness is damaged"));
}

TEST_F(HonestOpenTest, AnothersWitnessIsRefused) {
  Kill();
  { ASSERT_OK(Store::Open(dir_.path() / "other", options_)); }
  fs::copy_file(dir_.path() / "other" / "witness", Witness(), fs::copy_options::overwrite_existing);
  EXPECT_THAT(Refused(), HasSubstr("is of store"));
}

TEST_F(HonestOpenTest, AWitnessThatIsCutIsRefused) {
  Kill();
  fs::resize_file(Witness(), 5000);
  EXPECT_THAT(Refused(), HasSubstr("too short"));
}

}  // namespace
}  // namespace rookery::testing
