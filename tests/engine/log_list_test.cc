// The list of logs: what it says of logs that are made and deleted, and which that are gone are missed.
#include "engine/rocksdb/log_list.h"

#include <gmock/gmock.h>

#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/lost_logs.h"
#include "engine/rocksdb/manifest_keeper.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;
using testing::BytesOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::WriteBytes;

class LogListTest : public ::testing::Test {
 protected:
  fs::path MakeLog(const std::string& name, std::size_t bytes = 0) {
    WriteBytes(dir_ / name, std::string(bytes, 'x'));
    return dir_ / name;
  }

  /// As the engine does it.
  void Begin(LogList* list, const std::string& name, std::size_t bytes = 0) {
    list->Beginning(dir_ / name);
    list->Begun(MakeLog(name, bytes));
  }

  testing::TempDir dir_;
};

TEST_F(LogListTest, SaysWhichLogsThereAreAndHowLongThoseThatAreFull) {
  LogList list(dir_.path(), nullptr);
  list.Follow([] { return 41; });
  Begin(&list, "000010.log");
  MakeLog("000010.log", 500);
  Begin(&list, "000012.log");
  Begin(&list, "000013.log");
  list.Going(dir_ / "000012.log");
  const ListedLogs logs = ReadLogList(dir_.path());
  ASSERT_THAT(logs, SizeIs(2));
  EXPECT_EQ(logs.at(10).bytes, 500U);
  EXPECT_EQ(logs.at(13).bytes, std::nullopt);
  EXPECT_EQ(logs.at(13).first, 42U);
}

TEST_F(LogListTest, IsMadeAnewOfTheLogsThatAreThere) {
  {
    LogList list(dir_.path(), nullptr);
    list.Follow([] { return 7; });
    Begin(&list, "000010.log");
    Begin(&list, "000012.log", 30);
  }
  fs::remove(dir_ / "000010.log");
  const std::string before = BytesOf(LogListPath(dir_.path()));
  LogList again(dir_.path(), nullptr);
  EXPECT_EQ(BytesOf(LogListPath(dir_.path())), before) << "nothing is written before something happens";
  Begin(&again, "000015.log");
  const ListedLogs logs = ReadLogList(dir_.path());
  ASSERT_THAT(logs, SizeIs(2));
  EXPECT_EQ(logs.at(12).first, 8U);
  EXPECT_EQ(logs.at(12).bytes, 30U);
  EXPECT_EQ(logs.at(15).first, 0U);
}

// If it named the log that is gone once there is one behind that, a store would be refused that has lost nothing.
TEST_F(LogListTest, NoLongerNamesALogThatACrashTookWhenTheNextOneIsMade) {
  {
    LogList list(dir_.path(), nullptr);
    Begin(&list, "000010.log", 30);
    Begin(&list, "000012.log");
  }
  fs::remove(dir_ / "000012.log");
  EXPECT_THAT(FindLostLogs(dir_.path(), ReadLogList(dir_.path())), IsEmpty()) << "nothing was synced of the newest one";
  LogList again(dir_.path(), nullptr);
  again.Beginning(dir_ / "000015.log");
  const ListedLogs logs = ReadLogList(dir_.path());
  ASSERT_THAT(logs, SizeIs(1));
  EXPECT_EQ(logs.at(10).bytes, 30U);
}

TEST_F(LogListTest, AnEndThatACrashHasCutIsPassedOverAndDamageSaysNothing) {
  LogList list(dir_.path(), nullptr);
  Begin(&list, "000010.log");
  Begin(&list, "000012.log");
  const std::string whole = BytesOf(LogListPath(dir_.path()));
  const auto all = ParseLogList(whole);
  ASSERT_TRUE(all.has_value());
  EXPECT_THAT(*all, SizeIs(2));
  const std::size_t last = whole.rfind("add 12");
  for (std::size_t size = last; size + 1 < whole.size(); ++size) {
    const auto cut = ParseLogList(whole.substr(0, size));
    ASSERT_TRUE(cut.has_value()) << size;
    EXPECT_THAT(*cut, SizeIs(1)) << size;
  }
  std::string damaged = whole;
  damaged[whole.find("add 10") + 4] = '9';
  EXPECT_FALSE(ParseLogList(damaged).has_value()) << "lines that are whole follow";
  EXPECT_FALSE(ParseLogList("").has_value());
}

TEST_F(LogListTest, TheLastThatWasNotedIsNotMissed) {
  LogList list(dir_.path(), nullptr);
  Begin(&list, "000010.log", 30);
  Begin(&list, "000012.log");
  MakeLog("000015.log");  // whose list a crash has taken
  const ListedLogs logs = ReadLogList(dir_.path());
  fs::remove(dir_ / "000012.log");
  EXPECT_THAT(FindLostLogs(dir_.path(), logs), IsEmpty());
  fs::remove(dir_ / "000010.log");
  EXPECT_THAT(FindLostLogs(dir_.path(), logs), SizeIs(1));
}

TEST_F(LogListTest, WhereItCannotBeKeptNothingIsMissed) {
  WriteBytes(KeptDirectory(dir_.path()), "in the way");
  LogList list(dir_.path(), nullptr);
  Begin(&list, "000010.log");
  Begin(&list, "000012.log");
  list.Going(dir_ / "000010.log");
  EXPECT_THAT(ReadLogList(dir_.path()), IsEmpty());
}

/// A database with three logs that are needed, of which the last one is written to.
class ThreeLogsTest : public RocksDbTest {
 protected:
  void SetUp() override {
    Create();
    ASSERT_OK(engine_->CreateKeyspaces(std::vector<std::string>{"other"}));
    const std::vector<KeyspaceId> other{engine_->FindKeyspace("other").value()};
    for (int i = 0; i < 3; ++i) {
      begins_.push_back(engine_->position() + 1);
      PutMany(10);
      if (i == 2) break;
      const auto batch = engine_->NewBatch();
      batch->Put(other.front(), "key", "value");
      ASSERT_OK(engine_->Write(*batch, false));
      ASSERT_OK(engine_->FlushKeyspaces(other));  // which begins a log
    }
    logs_ = FilesWith(".log");
    ASSERT_THAT(logs_, SizeIs(3));
  }
  ListedLogs Lost() const { return FindLostLogsOfRocksDb(path(), options_); }

  std::vector<std::string> logs_;
  std::vector<std::uint64_t> begins_;  // their first positions
};

TEST_F(ThreeLogsTest, NoneIsMissedWhereAllAreThere) {
  Crash();
  EXPECT_THAT(Lost(), IsEmpty());
  Open();
  EXPECT_EQ(CountOfMany(), 10);
  Close();
  EXPECT_THAT(Lost(), IsEmpty());
}

TEST_F(ThreeLogsTest, OneThatIsGoneOrCutIsMissedAndItsPositionsAreKnown) {
  Crash();
  for (const std::size_t i : {0U, 1U}) {
    const fs::path log = path() / logs_[i];
    fs::rename(log, path() / "aside");
    ASSERT_THAT(Lost(), SizeIs(1));
    LogSurvey survey = SurveyLogs(path(), nullptr, Lost());
    ASSERT_THAT(survey.losses, SizeIs(1));
    EXPECT_EQ(survey.losses[0].kind, LogLoss::Kind::kMissing);
    EXPECT_EQ(survey.losses[0].name, logs_[i]);
    EXPECT_EQ(survey.losses[0].first, begins_[i]);
    EXPECT_EQ(survey.losses[0].last, begins_[i + 1] - 1);
    fs::copy_file(path() / "aside", log);
    fs::resize_file(log, fs::file_size(log) - 1);
    survey = SurveyLogs(path(), nullptr, Lost());
    ASSERT_THAT(survey.losses, SizeIs(1));
    EXPECT_EQ(survey.losses[0].kind, LogLoss::Kind::kCut);
    EXPECT_EQ(survey.losses[0].first, begins_[i + 1] - 1) << "its last record alone is cut";
    EXPECT_EQ(survey.losses[0].last, begins_[i + 1] - 1);
    fs::remove(log);
    fs::rename(path() / "aside", log);
  }
}

TEST_F(ThreeLogsTest, OneThatTablesHaveIsNotMissed) {
  ASSERT_OK_AND_ASSIGN(const auto held, engine_->HoldFiles());  // so that it stays in the list
  ASSERT_OK(engine_->Flush());
  const fs::path copy = directory_ / "flushed";
  fs::copy(path(), copy, fs::copy_options::recursive);
  ASSERT_TRUE(fs::remove(copy / logs_[1]));
  ASSERT_THAT(FindLostLogs(copy, ReadLogList(copy)), SizeIs(1));
  EXPECT_THAT(FindLostLogsOfRocksDb(copy, options_), IsEmpty());
}

}  // namespace
}  // namespace rookery::engine
