// Harm to a log that is not the newest: RocksDB says so, or it is known that it passed over something, and what.
#include <gmock/gmock.h>

#include <fstream>
#include <string>
#include <vector>

#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/lost_logs.h"
#include "tests/engine/engine_under_test.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using testing::BytesOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::WriteBytes;

/// A database with three logs that are needed, and a fourth one with nothing in it. With and without encryption.
class OlderLogTest : public RocksDbTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) options_.keys = KeysOf({'k'});
    Create();
    ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"other"}));
    const std::vector<KeyspaceId> other{engine_->FindKeyspace("other").value()};
    for (int i = 0; i < 3; ++i) {
      PutMany(8, 60 + 40 * static_cast<std::size_t>(i));
      const auto batch = engine_->NewBatch();
      batch->Put(other.front(), "key", "value");
      ASSERT_OK(engine_->Write(*batch, false));
      ASSERT_OK(engine_->FlushKeyspaces(other));  // which begins a log
    }
    position_ = engine_->position();
    Crash();
    engine_ = nullptr;
    logs_ = FilesWith(".log");
    ASSERT_THAT(logs_, SizeIs(4));
  }
  /// Empty: the log is taken for whole, or another one is named.
  std::string WhatIsWrongWith(const std::string& log) const {
    const auto found = FindRocksDbPosition(path(), options_);
    if (!found) return std::string(found.error().message());
    if (found->logs_are_whole) return "";
    for (const LogLoss& loss : SurveyLogsOfRocksDb(path(), options_).losses) {
      if (loss.name == log) return WordsFor(loss);
    }
    return "";
  }
  /// The log in the midst, with these bytes for a moment, is not taken for whole.
  void ExpectNoticed(const std::string& bytes, const std::string& harm) {
    const fs::path log = path() / logs_[1];
    const std::string before = BytesOf(log);
    WriteBytes(log, bytes);
    EXPECT_NE(WhatIsWrongWith(logs_[1]), "") << harm << " of " << before.size();
    WriteBytes(log, before);
  }
  std::string Middle() const { return BytesOf(path() / logs_[1]); }

  std::vector<std::string> logs_;
  std::uint64_t position_ = 0;
};

TEST_P(OlderLogTest, WithoutHarmAllAreWhole) {
  ASSERT_OK_AND_ASSIGN(const RocksDbPosition found, FindRocksDbPosition(path(), options_));
  EXPECT_TRUE(found.logs_are_whole);
  EXPECT_EQ(found.position, position_);
  EXPECT_THAT(SurveyLogsOfRocksDb(path(), options_).losses, IsEmpty());
}

TEST_P(OlderLogTest, ZerosInPlaceOfItsEndAreNoticedWhereverTheyBegin) {
  const std::string whole = Middle();
  for (std::size_t from = 0; from < whole.size(); from += from < whole.size() / 2 ? 37 : 11) {
    std::string bytes = whole;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), '\0');
    ExpectNoticed(bytes, "zeros from " + std::to_string(from));
  }
}

TEST_P(OlderLogTest, ZerosInItsMidstAreNoticed) {
  constexpr std::size_t kZeros = 200;
  const std::string whole = Middle();
  const std::size_t begin = GetParam() ? 4096 : 0;
  for (std::size_t from = begin; from + kZeros < whole.size(); from += 13) {
    std::string bytes = whole;
    bytes.replace(from, kZeros, kZeros, '\0');
    ExpectNoticed(bytes, "zeros at " + std::to_string(from));
  }
}

TEST_P(OlderLogTest, AFlippedBitIsNoticed) {
  const std::string whole = Middle();
  const std::size_t begin = GetParam() ? 4096 : 0;
  for (std::size_t at = begin; at < whole.size(); at += 5) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    ExpectNoticed(bytes, "a bit at " + std::to_string(at));
  }
}

TEST_P(OlderLogTest, ALengthThatLeadsPastItsEndIsNoticed) {
  if (GetParam()) GTEST_SKIP() << "it is encrypted where the lengths are";
  const std::string whole = Middle();
  std::size_t records = 0;
  for (std::size_t at = 0; at < whole.size(); ++records) {
    std::string bytes = whole;
    bytes[at + 5] = '\x7F';
    ExpectNoticed(bytes, "the length at " + std::to_string(at));
    at += 7 + static_cast<std::uint8_t>(whole[at + 4]) + 256U * static_cast<std::uint8_t>(whole[at + 5]);
  }
  EXPECT_GE(records, 9U);
}

TEST_P(OlderLogTest, LogsThatWereExchangedAreNoticed) {
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = a + 1; b < 3; ++b) {
      const std::string first = BytesOf(path() / logs_[a]);
      const std::string second = BytesOf(path() / logs_[b]);
      WriteBytes(path() / logs_[a], second);
      WriteBytes(path() / logs_[b], first);
      const auto found = FindRocksDbPosition(path(), options_);
      EXPECT_CODE(found, StatusCode::kCorruption);
      EXPECT_THAT(std::string(found.status().message()), HasSubstr((path() / logs_[a + 1]).string()));
      EXPECT_THAT(SurveyLogsOfRocksDb(path(), options_).losses,
                  Contains(Field(&LogLoss::kind, LogLoss::Kind::kMisplaced)));
      WriteBytes(path() / logs_[a], first);
      WriteBytes(path() / logs_[b], second);
    }
  }
}

TEST_P(OlderLogTest, AnotherLogInItsPlaceIsNoticed) {
  for (const std::size_t other : {0U, 2U}) {
    ExpectNoticed(BytesOf(path() / logs_[other]), "log " + std::to_string(other));
  }
}

TEST_P(OlderLogTest, OneThatNobodyNeedsMayBeDamaged) {
  Open();
  ASSERT_OK_AND_ASSIGN(const auto held, engine_->HoldFiles());  // so that it stays
  ASSERT_OK(engine_->Flush());
  PutMany(1);
  const fs::path copy = directory_ / "flushed";
  fs::copy(path(), copy, fs::copy_options::recursive);
  for (const std::string& log : logs_) {
    if (fs::exists(copy / log)) WriteBytes(copy / log, std::string(fs::file_size(copy / log), '\0'));
  }
  ASSERT_OK_AND_ASSIGN(const RocksDbPosition found, FindRocksDbPosition(copy, options_));
  EXPECT_TRUE(found.logs_are_whole);
  EXPECT_THAT(SurveyLogsOfRocksDb(copy, options_).losses, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(, OlderLogTest, ::testing::Bool(),
                         [](const auto& given) { return given.param ? "Encrypted" : "InClear"; });

/// Whatever the records of a log measure, its length is known from them.
class LogLengthTest : public RocksDbTest {};

TEST_F(LogLengthTest, IsThatOfTheFile) {
  constexpr std::size_t kBlock = 32'768;
  Create();
  for (std::size_t around = kBlock - 60; around < kBlock + 20; ++around) {
    ASSERT_OK(Put("key", std::string(around, 'v')));
    ASSERT_OK(Put("key", std::string(around % 7 * 1000, 'v')));
  }
  ASSERT_OK(Put("key", std::string(5 * kBlock, 'v')));
  Crash();
  engine_ = nullptr;
  ASSERT_OK_AND_ASSIGN(const RocksDbPosition found, FindRocksDbPosition(path(), options_));
  EXPECT_TRUE(found.logs_are_whole);
  const fs::path log = path() / FilesWith(".log").back();
  ASSERT_GT(fs::file_size(log), 20 * kBlock);
  std::ofstream(log, std::ios::binary | std::ios::app) << '\0';
  ASSERT_OK_AND_ASSIGN(const RocksDbPosition longer, FindRocksDbPosition(path(), options_));
  EXPECT_FALSE(longer.logs_are_whole);
}

TEST_F(LogLengthTest, SaysThatABlockOfTheNewestIsZeros) {
  constexpr std::size_t kBlock = 32'768;
  constexpr std::size_t kAround = 7 + 12 + 9;  // a value: the heads of record and batch, tag, key and lengths
  Create();
  for (int i = 0; i < 5; ++i) ASSERT_OK(Put("key", std::string(kBlock - kAround, 'v')));
  const std::uint64_t position = engine_->position();
  Crash();
  engine_ = nullptr;
  const fs::path log = path() / FilesWith(".log").back();
  std::string bytes = BytesOf(log);
  ASSERT_EQ(bytes.size(), 5 * kBlock);
  bytes.replace(2 * kBlock, kBlock, kBlock, '\0');
  WriteBytes(log, bytes);
  ASSERT_OK_AND_ASSIGN(const RocksDbPosition found, FindRocksDbPosition(path(), options_));
  EXPECT_EQ(found.position, position) << "which shows nothing";
  EXPECT_FALSE(found.logs_are_whole);
  const LogSurvey survey = SurveyLogsOfRocksDb(path(), options_);
  ASSERT_THAT(survey.losses, SizeIs(1));
  EXPECT_EQ(survey.losses[0].first, position - 2);
  EXPECT_EQ(survey.losses[0].last, position - 2);
}

}  // namespace
}  // namespace rookery::engine
