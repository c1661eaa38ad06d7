// One log of several is lost: RocksDB opens without it, Rookery names it.
#include <gmock/gmock.h>

#include "rookery/bulk_loader.h"
#include "tests/assembly/damage_fixture.h"
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
    EXPECT_THAT(report->notes, Contains(HasSubstr(log.filename().string())));
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

  std::vector<fs::path> logs_;
};

TEST_F(LostLogTest, WithAllOfThemNothingIsMissed) {
  EXPECT_THAT(CodesOf(Examine()), IsEmpty());
  EXPECT_OK(Opening(Recovery::kStrict));
  Open();
  EXPECT_EQ(CountLost(*store_, {}), 0);
}

TEST_F(LostLogTest, OneInTheMidst) {
  fs::remove(logs_[1]);
  ExpectNamed(logs_[1], "log_missing");
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

TEST_F(LostLogTest, WithoutTheListNothingIsMissedAndNothingElseFails) {
  fs::remove(engine() / "kept" / "logs");
  EXPECT_OK(Opening(Recovery::kStrict));
}

}  // namespace
}  // namespace rookery::testing
