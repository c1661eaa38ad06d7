// One log of several is lost, damaged or another one: RocksDB opens without what it had, Rookery names it.
#include <gmock/gmock.h>

#include <fstream>

#include "rookery/bulk_loader.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LostLogTest : public DamageTest {
 protected:
  /// Three logs that are needed.
  void SetUp() override {
    Make();
    PostSome(5);
    Close();  // and so tables have what the catalog says
    Open();
    for (int i = 0; i < 3; ++i) {
      PostSome(10);
      if (i < 2) BeginLog();
    }
    Crash();
    logs_ = FilesWith(engine(), ".log");
    ASSERT_GE(logs_.size(), 3U);
    logs_.erase(logs_.begin(), logs_.end() - 3);  // an older one is not needed any more
  }
  /// A bulk load has what is in the memory of its shard written to a table, and so begins a log.
  void BeginLog() {
    const std::size_t before = FilesWith(engine(), ".log").size();
    auto loader = store_->BulkLoader({});
    ASSERT_OK(loader);
    ASSERT_OK(loader->Add({.channel = Channel(0), .author = "ada", .content = "bulk"}));
    ASSERT_OK(loader->Finish());
    ASSERT_GT(FilesWith(engine(), ".log").size(), before);
  }
  Status Opening(Recovery recovery) {
    StoreOptions options = options_;
    options.mode = OpenMode::kOpen;
    options.recovery = recovery;
    return Store::Open(path(), options).status();
  }
  /// Strict and tail refuse it by name and change nothing, the doctor names it, and salvage knows all that is missing.
  void ExpectNamed(const fs::path& log, const std::string& code) {
    const auto before = TreeOf(path());
    for (const Recovery recovery : {Recovery::kStrict, Recovery::kTail}) {
      const Status refused = Opening(recovery);
      EXPECT_CODE(refused, StatusCode::kCorruption);
      EXPECT_THAT(std::string(refused.message()), HasSubstr(log.filename().string()));
      EXPECT_THAT(std::string(refused.message()), HasSubstr("channel \"channel "));
    }
    EXPECT_TRUE(TreeOf(path()) == before);
    const Finding finding = Find(Examine(), code);
    EXPECT_EQ(finding.where, log.string());
    EXPECT_THAT(finding.text, HasSubstr("channel \"channel "));
    const auto report = Salvage(path(), saved());
    ASSERT_OK(report);
    EXPECT_FALSE(report->whole());
    notes_ = report->notes;
    {
      auto salvaged = Store::Open(saved(), {.mode = OpenMode::kOpen, .memory = std::size_t{64} << 20});
      ASSERT_OK(salvaged);
      EXPECT_GT(CountLost(*salvaged, *report), 0);
    }
    options_.recovery = Recovery::kSalvage;
    Open();
    EXPECT_GT(store_->LastRecovery()->lost, 0U);
    EXPECT_TRUE(store_->LastRecovery()->salvaged);
    EXPECT_THAT(store_->LastRecovery()->runs, Not(IsEmpty()));
    Close();
    EXPECT_OK(Opening(Recovery::kStrict));
  }

  /// Where its records begin, all of which are in its first block; and where it ends.
  static std::vector<std::size_t> RecordsOf(const fs::path& log) {
    const std::string bytes = BytesOf(log);
    std::vector<std::size_t> records;
    std::size_t at = 0;
    while (at < bytes.size()) {
      records.push_back(at);
      at += 7 + static_cast<std::uint8_t>(bytes[at + 4]) + 256U * static_cast<std::uint8_t>(bytes[at + 5]);
    }
    EXPECT_EQ(at, bytes.size());
    records.push_back(at);
    return records;
  }
  static void Overwrite(const fs::path& file, std::size_t offset, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(offset));
    stream << bytes;
  }
  /// The log is named, and what can be done.
  static void ExpectRefused(const Status& refused, const fs::path& log) {
    EXPECT_CODE(refused, StatusCode::kCorruption);
    EXPECT_THAT(std::string(refused.message()), HasSubstr(log.filename().string()));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("rookery salvage STORE NEW_STORE"));
  }

  std::vector<fs::path> logs_;
  std::vector<std::string> notes_;  // of the salvage
};

TEST_F(LostLogTest, IsToldAlsoIfTheWitnessIsLost) {
  fs::remove(logs_[0]);
  fs::remove(path() / "witness");
  EXPECT_CODE(Opening(Recovery::kTail), StatusCode::kCorruption);
  options_.recovery = Recovery::kSalvage;
  Open();
  const auto report = store_->LastRecovery();
  ASSERT_OK(report);
  EXPECT_GT(report->lost, 0U);
  EXPECT_TRUE(report->salvaged);
  EXPECT_FALSE(report->runs_complete);
}

TEST_F(LostLogTest, WithAllOfThemNothingIsMissed) {
  EXPECT_THAT(CodesOf(Examine()), IsEmpty());
  EXPECT_OK(Opening(Recovery::kStrict));
  Open();
  EXPECT_EQ(CountLost(*store_, {}), 0);
}

TEST_F(LostLogTest, OneInTheMidst) {
  fs::remove(logs_[1]);
  ExpectNamed(logs_[1], "log_missing");
  EXPECT_THAT(notes_, Contains(HasSubstr(logs_[1].filename().string())));
}

TEST_F(LostLogTest, TheFirst) {
  fs::remove(logs_[0]);
  ExpectNamed(logs_[0], "log_missing");
}

TEST_F(LostLogTest, TheEndOfOneInTheMidst) {
  fs::resize_file(logs_[1], fs::file_size(logs_[1]) / 2);
  ExpectNamed(logs_[1], "log_damaged");
}

TEST_F(LostLogTest, AllOfOneInTheMidstButItsName) {
  fs::resize_file(logs_[1], 0);
  ExpectNamed(logs_[1], "log_damaged");
}

TEST_F(LostLogTest, ZerosInPlaceOfTheEndOfOneInTheMidst) {
  const std::vector<std::size_t> records = RecordsOf(logs_[1]);
  const std::size_t from = records[records.size() / 2];
  Overwrite(logs_[1], from, std::string(records.back() - from, '\0'));
  ExpectNamed(logs_[1], "log_damaged");
}

TEST_F(LostLogTest, ZerosInPlaceOfAllOfTheFirst) {
  Overwrite(logs_[0], 0, std::string(fs::file_size(logs_[0]), '\0'));
  ExpectNamed(logs_[0], "log_damaged");
}

TEST_F(LostLogTest, ALengthThatLeadsPastTheEndOfOneInTheMidst) {
  const std::vector<std::size_t> records = RecordsOf(logs_[1]);
  Overwrite(logs_[1], records[records.size() - 3] + 5, "\x7F");
  ExpectNamed(logs_[1], "log_damaged");
}

TEST_F(LostLogTest, ADamagedRecordOfOneInTheMidst) {
  const std::vector<std::size_t> records = RecordsOf(logs_[1]);
  FlipByte(logs_[1], records[records.size() / 2] + 40);
  const auto before = TreeOf(path());
  for (const Recovery recovery : {Recovery::kStrict, Recovery::kTail, Recovery::kSalvage}) {
    ExpectRefused(Opening(recovery), logs_[1]);
  }
  EXPECT_TRUE(TreeOf(path()) == before);
  EXPECT_EQ(Find(Examine(), "log_damaged").where, logs_[1].string());
}

TEST_F(LostLogTest, TwoThatWereExchanged) {
  fs::rename(logs_[0], path() / "aside");
  fs::rename(logs_[1], logs_[0]);
  fs::rename(path() / "aside", logs_[1]);
  fs::remove(engine() / "kept" / "logs");  // which would know their sizes
  const auto before = TreeOf(path());
  for (const Recovery recovery : {Recovery::kStrict, Recovery::kTail, Recovery::kSalvage}) {
    ExpectRefused(Opening(recovery), logs_[1]);
  }
  EXPECT_TRUE(TreeOf(path()) == before);
  EXPECT_EQ(Find(Examine(), "log_damaged").where, logs_[1].string());
  const auto report = Salvage(path(), saved());
  ASSERT_OK(report);
  EXPECT_THAT(report->notes, Contains(HasSubstr(logs_[1].filename().string())));
  auto salvaged = Store::Open(saved(), {.mode = OpenMode::kOpen, .memory = std::size_t{64} << 20});
  ASSERT_OK(salvaged);
  EXPECT_EQ(CountLost(*salvaged, *report), 0) << "each is read in the other's place";
  fs::remove(path() / "witness");
  ExpectRefused(Opening(Recovery::kSalvage), logs_[1]);
}

TEST_F(LostLogTest, OneOfAnotherTimeInPlaceOfALaterOne) {
  fs::copy_file(logs_[0], logs_[1], fs::copy_options::overwrite_existing);
  fs::remove(engine() / "kept" / "logs");
  ExpectRefused(Opening(Recovery::kTail), logs_[1]);
  EXPECT_EQ(Find(Examine(), "log_damaged").where, logs_[1].string());
  const auto report = Salvage(path(), saved());
  ASSERT_OK(report);
  EXPECT_FALSE(report->whole());
}

TEST_F(LostLogTest, WithoutTheListNothingIsMissedAndNothingElseFails) {
  fs::remove(engine() / "kept" / "logs");
  EXPECT_OK(Opening(Recovery::kStrict));
}

}  // namespace
}  // namespace rookery::testing
