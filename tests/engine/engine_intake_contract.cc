// The contract of intakes: tables are seen all at once or not at all, and scratch files give back what they were given.
#include <gmock/gmock.h>

#include "tests/engine/engine_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class EngineIntakeContract : public EngineFixture {
 protected:
  EngineIntakeContract() { Begin(); }
  ~EngineIntakeContract() override { End(); }

  void Begin() { ASSERT_OK_AND_ASSIGN(intake_, engine_->NewIntake()); }
  void End() {
    tables_.clear();
    intake_ = nullptr;
  }
  SortedTable& NewTable(KeyspaceId keyspace) {
    auto table = intake_->NewTable(keyspace, Packing::kFast);
    EXPECT_OK(table);
    tables_.push_back(*std::move(table));
    return *tables_.back();
  }
  void Fill(KeyspaceId keyspace, const Rows& rows) {
    SortedTable& table = NewTable(keyspace);
    for (const auto& [key, value] : rows) ASSERT_OK(table.Add(key, value));
    ASSERT_OK(table.Finish());
  }
  Status Ingest() {
    EXPECT_OK(engine_->FlushKeyspaces(std::vector{main_, other_}));
    return intake_->Ingest(tables_);
  }

  std::unique_ptr<Intake> intake_;
  std::vector<std::unique_ptr<SortedTable>> tables_;
};
ROOKERY_INSTANTIATE_FOR_ALL_ENGINES(EngineIntakeContract);

TEST_P(EngineIntakeContract, EveryEngineSoFarHasOne) { EXPECT_TRUE(engine_->capabilities().intake); }

TEST_P(EngineIntakeContract, TablesOfSeveralKeyspacesAreSeenAfterIngest) {
  Put("b/kept", "1");
  Fill(main_, {{"a/1", "x"}, {"c/2", "y"}});
  Fill(other_, {{"a/1", "z"}});
  EXPECT_EQ(Get("a/1"), std::nullopt);
  ASSERT_OK(Ingest());
  EXPECT_THAT(Forward(), ElementsAre(Pair("a/1", "x"), Pair("b/kept", "1"), Pair("c/2", "y")));
  EXPECT_EQ(GetIn(other_, "a/1"), "z");
}

TEST_P(EngineIntakeContract, ASnapshotFromBeforeDoesNotSeeThem) {
  const auto before = engine_->NewSnapshot();
  Fill(main_, {{"a/1", "x"}});
  ASSERT_OK(Ingest());
  EXPECT_EQ(Get("a/1", before.get()), std::nullopt);
  EXPECT_EQ(Get("a/1"), "x");
}

TEST_P(EngineIntakeContract, WhatIsWrittenAfterwardsWins) {
  Put("a/1", "old");
  Fill(main_, {{"a/1", "table"}, {"a/2", "table"}});
  ASSERT_OK(Ingest());
  EXPECT_EQ(Get("a/1"), "table");
  Put("a/1", "new");
  Delete("a/2");
  ASSERT_OK(engine_->Flush());
  EXPECT_EQ(Get("a/1"), "new");
  EXPECT_EQ(Get("a/2"), std::nullopt);
  ASSERT_OK(engine_->Compact());
  EXPECT_THAT(Forward(), ElementsAre(Pair("a/1", "new")));
}

TEST_P(EngineIntakeContract, SeveralTablesOfAKeyspaceGoInTogether) {
  Fill(main_, {{"a/1", "x"}});
  Fill(main_, {{"b/1", "y"}});
  ASSERT_OK(Ingest());
  EXPECT_EQ(Forward().size(), 2U);
}

TEST_P(EngineIntakeContract, RowsThatDoNotAscendAreRefused) {
  SortedTable& table = NewTable(main_);
  ASSERT_OK(table.Add("b/1", "x"));
  EXPECT_CODE(table.Add("a/1", "x"), StatusCode::kInvalidArgument);
  EXPECT_CODE(table.Add("b/1", "x"), StatusCode::kInvalidArgument);
}

TEST_P(EngineIntakeContract, AFinishedTableKnowsItsKeys) {
  Fill(main_, {{"a/1", "x"}, {"c/1", "y"}});
  for (const char* key : {"a/1", "c/1"}) EXPECT_EQ(tables_[0]->Contains(key).value(), true) << key;
  for (const char* key : {"a/0", "b/1", "d/1"}) EXPECT_EQ(tables_[0]->Contains(key).value(), false) << key;
  ASSERT_OK(Ingest());
}

TEST_P(EngineIntakeContract, WhatIsNotIngestedIsForgotten) {
  Fill(main_, {{"a/1", "x"}});
  End();
  EXPECT_EQ(Get("a/1"), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "db" / "bulk-load"));
}

TEST_P(EngineIntakeContract, ThereIsOneAtATime) {
  EXPECT_CODE(engine_->NewIntake(), StatusCode::kBusy);
  End();
  Begin();
}

TEST_P(EngineIntakeContract, TablesSurviveReopening) {
  if (!durable()) GTEST_SKIP() << "nothing of it does";
  Fill(main_, {{"a/1", "x"}});
  ASSERT_OK(Ingest());
  End();
  Reopen();
  EXPECT_EQ(Get("a/1"), "x");
  Begin();
}

TEST_P(EngineIntakeContract, AScratchFileGivesBackWhatItWasGiven) {
  ASSERT_OK_AND_ASSIGN(const auto file, intake_->NewScratchFile());
  ASSERT_OK(file->Append("hello, "));
  ASSERT_OK(file->Append(std::string(100'000, 'x')));
  ASSERT_OK(file->Seal());
  std::string buffer(5, '\0');
  EXPECT_EQ(file->Read(0, buffer).value(), "hello");
  EXPECT_EQ(file->Read(5, buffer).value(), ", xxx");
  EXPECT_EQ(file->Read(100'005, buffer).value(), "xx");
  EXPECT_EQ(file->Read(100'007, buffer).value(), "");
}

}  // namespace
}  // namespace rookery::engine
