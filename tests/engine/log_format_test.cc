// Logs and blob files read past damage, and logs written again: as RocksDB writes and reads them.
#include "engine/rocksdb/log_format.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "engine/rocksdb/blob_format.h"
#include "engine/rocksdb/crc32c.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/log_survey.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void Flip(const fs::path& file, std::uint64_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ 0x5A));
}

TEST(Crc32cTest, IsTheOneOfTheStandard) {
  EXPECT_EQ(ExtendCrc32c(0, "123456789"), 0xE3069283U);
  EXPECT_EQ(ExtendCrc32c(0, std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(ExtendCrc32c(ExtendCrc32c(0, "1234"), "56789"), 0xE3069283U);
}

class LogFormatTest : public ::testing::Test {
 protected:
  void Write(const std::vector<std::string>& records) {
    LogWriter writer = LogWriter::Create(path_, nullptr).value();
    for (const std::string& record : records) writer.Add(record);
    ASSERT_OK(writer.Finish());
  }
  LogSummary Read() {
    read_.clear();
    const auto summary = ReadLog(
        path_, nullptr, {.record = [this](std::string_view record) { read_.emplace_back(record); }, .damage = {}});
    EXPECT_OK(summary);
    return summary.value_or(LogSummary{});
  }

  testing::TempDir dir_;
  const fs::path path_ = dir_ / "000001.log";
  std::vector<std::string> read_;
};

TEST_F(LogFormatTest, RecordsOfAnySizeComeBack) {
  std::vector<std::string> records;
  for (const std::size_t size : {0, 1, 100, 32'754, 32'761, 32'768, 100'000, 7}) records.emplace_back(size, 'x');
  Write(records);
  const LogSummary summary = Read();
  EXPECT_EQ(read_, records);
  EXPECT_THAT(summary.damages, IsEmpty());
  EXPECT_EQ(summary.end, summary.bytes);
  LogLength length;
  for (const std::string& record : records) length.Add(record.size());
  EXPECT_EQ(length.bytes(), summary.bytes);
}

TEST_F(LogFormatTest, ADamagedRecordCostsOnlyItself) {
  Write({"one", "two", "three"});
  Flip(path_, 10 + 7 + 1);  // in "two"
  const LogSummary summary = Read();
  EXPECT_THAT(read_, ElementsAre("one", "three"));
  ASSERT_THAT(summary.damages, SizeIs(1));
  EXPECT_EQ(summary.damages[0].offset, 10U);
  EXPECT_EQ(summary.damages[0].bytes, 10U);
}

TEST_F(LogFormatTest, ADamagedLengthCostsTheRestOfItsBlock) {
  const std::string filling(40'000, 'x');
  Write({"one", "two", "three", filling, "four"});
  Flip(path_, 10 + 4);
  const LogSummary summary = Read();
  EXPECT_THAT(read_, ElementsAre("one", "four"));
  ASSERT_THAT(summary.damages, SizeIs(1));
  EXPECT_EQ(summary.damages[0].offset, 10U);
}

TEST_F(LogFormatTest, ADamagedLengthInTheLastBlockIsNotTorn) {
  Write({"one", "two", "three"});
  Flip(path_, 10 + 4);
  const LogSummary summary = Read();
  EXPECT_THAT(read_, ElementsAre("one"));
  EXPECT_FALSE(summary.torn);
}

TEST_F(LogFormatTest, AHoleOfZerosIsDamageIfRecordsFollow) {
  const std::string filling(40'000, 'x');
  Write({"one", "two", filling, "three"});
  std::fstream(path_, std::ios::in | std::ios::out | std::ios::binary).seekp(10) << std::string(20'000, '\0');
  const LogSummary summary = Read();
  EXPECT_THAT(read_, ElementsAre("one", "three"));
  EXPECT_THAT(summary.damages, SizeIs(1));
}

TEST_F(LogFormatTest, WhatACrashLeavesAtTheEndIsTornAndNoDamage) {
  Write({"one", "two", std::string(40'000, 'x')});
  const std::uint64_t size = fs::file_size(path_);
  for (const std::uint64_t cut : {1U, 100U, 32'000U, 40'000U}) {
    fs::resize_file(path_, size - cut);
    const LogSummary summary = Read();
    EXPECT_THAT(read_, ElementsAre("one", "two")) << cut;
    EXPECT_THAT(summary.damages, IsEmpty());
    EXPECT_TRUE(summary.torn);
    EXPECT_EQ(summary.end, 20U);
  }
}

TEST_F(LogFormatTest, ADamagedLastRecordIsNotTorn) {
  Write({"one", "two"});
  Flip(path_, 10 + 7);
  const LogSummary summary = Read();
  EXPECT_THAT(read_, ElementsAre("one"));
  EXPECT_FALSE(summary.torn);
  EXPECT_EQ(summary.end, 10U);
}

TEST_F(LogFormatTest, BytesThatLookLikeARecordDoNotBecomeOne) {
  Write({"forged"});
  std::string inner(13, '\0');
  std::ifstream(path_, std::ios::binary).read(inner.data(), 13);
  fs::remove(path_);
  Write({"one", "before" + inner, "three"});
  Flip(path_, 10 + 7);
  Read();
  EXPECT_THAT(read_, ElementsAre("one", "three"));
}

/// Logs made by hand, of batches with two entries each.
class SurveyOfLogsTest : public ::testing::Test {
 protected:
  void WriteLog(const std::string& name, std::uint64_t first, int batches) {
    LogWriter writer = LogWriter::Create(dir_ / name, nullptr).value();
    for (int i = 0; i < batches; ++i) {
      std::string record(12, '\0');
      record[0] = static_cast<char>(first + 2 * static_cast<std::uint64_t>(i));
      record[8] = 2;
      writer.Add(record + "entries");
    }
    ASSERT_OK(writer.Finish());
  }
  LogSurvey Survey() const { return SurveyLogs(dir_.path(), nullptr, FindLostLogs(dir_.path(), listed_)); }
  void SetUp() override {
    WriteLog("000009.log", 1, 3);
    WriteLog("1000010.log", 7, 3);
  }

  testing::TempDir dir_;
  ListedLogs listed_;
};

TEST_F(SurveyOfLogsTest, ReadsThemInOrder) {
  const LogSurvey survey = Survey();
  EXPECT_THAT(survey.names, ElementsAre("000009.log", "1000010.log"));
  EXPECT_THAT(survey.losses, IsEmpty());
  EXPECT_EQ(survey.position, 12U);
}

TEST_F(SurveyOfLogsTest, AnOlderLogThatIsDamagedIsNamed) {
  Flip(dir_ / "000009.log", 26 + 7 + 12);  // in its second record
  const LogSurvey survey = Survey();
  ASSERT_THAT(survey.losses, SizeIs(1));
  EXPECT_EQ(survey.losses[0].name, "000009.log");
  EXPECT_EQ(survey.losses[0].first, 3U);
  EXPECT_EQ(survey.losses[0].last, 4U);
}

TEST_F(SurveyOfLogsTest, AnOlderLogThatEndsEarlyIsNamed) {
  fs::resize_file(dir_ / "000009.log", 30);
  const LogSurvey survey = Survey();
  ASSERT_THAT(survey.losses, SizeIs(1));
  EXPECT_EQ(survey.losses[0].name, "000009.log");
  EXPECT_EQ(survey.losses[0].first, 3U);
  EXPECT_EQ(survey.losses[0].last, 6U);
}

TEST_F(SurveyOfLogsTest, TheEndOfTheLastRecordMayBeCutByACrash) {
  fs::resize_file(dir_ / "1000010.log", 30);
  EXPECT_THAT(Survey().losses, IsEmpty());
  fs::resize_file(dir_ / "1000010.log", 0);
  fs::resize_file(dir_ / "000009.log", 30);
  EXPECT_THAT(Survey().losses, IsEmpty()) << "nothing was written behind it";
}

TEST_F(SurveyOfLogsTest, ABatchOfNothingBehindTheEndOfALogSaysNothing) {
  WriteLog("1000011.log", 13, 0);
  LogWriter writer = LogWriter::Create(dir_ / "1000012.log", nullptr).value();
  std::string nothing(12, '\0');
  nothing[0] = 11;
  writer.Add(nothing);
  ASSERT_OK(writer.Finish());
  fs::resize_file(dir_ / "1000010.log", fs::file_size(dir_ / "1000010.log") - 5);
  EXPECT_THAT(Survey().losses, IsEmpty());
}

class SurveyTest : public RocksDbTest {
 protected:
  std::string LargestLog() const {
    const std::vector<std::string> logs = FilesWith(".log");
    return *std::ranges::max_element(logs, {}, [this](const std::string& log) { return fs::file_size(path() / log); });
  }
};

TEST_F(SurveyTest, ReadsWhatRocksDbWrites) {
  Create();
  PutMany(1000);
  const std::uint64_t position = engine_->position();
  Crash();
  const LogSurvey survey = SurveyLogs(path(), nullptr, {});
  EXPECT_THAT(survey.losses, IsEmpty());
  EXPECT_EQ(survey.position, position);
  const auto manifest = ReadCurrent(path(), nullptr);
  ASSERT_OK(manifest);
  const auto read = ReadLog(path() / *manifest, nullptr, {});
  ASSERT_OK(read);
  EXPECT_THAT(read->damages, IsEmpty());
  EXPECT_GT(read->records, 1U);
}

TEST_F(SurveyTest, SaysWhichPositionsADamagedPlaceHad) {
  Create();
  const std::uint64_t before = engine_->position();
  PutMany(100);
  const std::uint64_t after = engine_->position();
  Crash();
  const std::string log = LargestLog();
  std::string bytes(fs::file_size(path() / log), '\0');
  std::ifstream(path() / log, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  Flip(path() / log, bytes.find("vvvvvvvv", bytes.size() / 2));
  const LogSurvey survey = SurveyLogs(path(), nullptr, {});
  ASSERT_THAT(survey.losses, SizeIs(1));
  const LogLoss& loss = survey.losses[0];
  EXPECT_EQ(loss.name, log);
  EXPECT_GT(loss.first, before);
  ASSERT_TRUE(loss.last.has_value());
  EXPECT_EQ(*loss.last, loss.first) << "one row was lost";
  EXPECT_EQ(survey.position, after);
}

TEST_F(SurveyTest, RocksDbReadsALogThatWasWrittenAgain) {
  Create();
  PutMany(1000, 500);
  Crash();
  const fs::path log = path() / LargestLog();
  const fs::path again = path() / "again";
  {
    LogWriter writer = LogWriter::Create(again, nullptr).value();
    ASSERT_OK(ReadLog(log, nullptr, {.record = [&](std::string_view record) { writer.Add(record); }, .damage = {}}));
    ASSERT_OK(writer.Finish());
  }
  fs::rename(again, log);
  Open();
  EXPECT_EQ(CountOfMany(), 1000);
}

TEST_F(SurveyTest, ADamagedRowOfABlobFileIsNamedByItsKey) {
  options_.blob_threshold_bytes = 1000;
  Create();
  PutMany(20, 3000);
  ASSERT_OK(engine_->Flush());
  Close();
  const fs::path file = path() / FilesWith(".blob").front();
  std::vector<std::string> keys;
  const auto check = [&] {
    ASSERT_OK(CheckBlobFile(file, nullptr, [&](const BlobDamage& damage) { keys.emplace_back(damage.key); }));
  };
  check();
  EXPECT_THAT(keys, IsEmpty());
  Flip(file, 30 + 32 + 5 + 3);  // in the value of the first row, key/0
  check();
  EXPECT_THAT(keys, ElementsAre("key/0"));
}

}  // namespace
}  // namespace rookery::engine
