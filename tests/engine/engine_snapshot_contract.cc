// The contract of snapshots: every way of reading repeats, whatever is written meanwhile.
#include <gmock/gmock.h>

#include "tests/engine/engine_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::ElementsAre;

using EngineSnapshotContract = EngineFixture;
ROOKERY_INSTANTIATE_FOR_ALL_ENGINES(EngineSnapshotContract);

TEST_P(EngineSnapshotContract, GetRepeats) {
  Put("a", "1");
  Put("b", "1");
  const auto snapshot = engine_->NewSnapshot();
  Put("a", "2");
  Delete("b");
  Put("c", "2");
  EXPECT_EQ(Get("a", snapshot.get()), "1");
  EXPECT_EQ(Get("b", snapshot.get()), "1");
  EXPECT_EQ(Get("c", snapshot.get()), std::nullopt);
  EXPECT_EQ(Get("a"), "2");
}

TEST_P(EngineSnapshotContract, GetManyRepeats) {
  Put("a", "1");
  Put("b", "1");
  const auto snapshot = engine_->NewSnapshot();
  DeleteRange("a", "b");
  Put("b", "2");
  std::vector<std::string> values;
  const std::vector<std::string_view> keys{"b", "a"};
  ASSERT_OK(engine_->GetMany(main_, keys, snapshot.get(),
                             [&](std::size_t, std::string_view value) { values.emplace_back(value); }));
  EXPECT_THAT(values, ElementsAre("1", "1"));
}

TEST_P(EngineSnapshotContract, CursorRepeats) {
  Put("a/1", "1");
  Put("a/2", "1");
  const auto snapshot = engine_->NewSnapshot();
  Delete("a/1");
  Put("a/2", "2");
  Put("a/3", "2");
  for (const Access access : {Access::kPage, Access::kScan}) {
    const CursorOptions options{.lower = "a/", .upper = "a0", .snapshot = snapshot.get(), .access = access};
    EXPECT_THAT(Forward(options), ElementsAre(Row("a/1", "1"), Row("a/2", "1")));
    EXPECT_THAT(Backward(options), ElementsAre(Row("a/2", "1"), Row("a/1", "1")));
  }
}

TEST_P(EngineSnapshotContract, SpansKeyspaces) {
  PutIn(main_, "key", "1");
  PutIn(other_, "key", "1");
  const auto snapshot = engine_->NewSnapshot();
  PutIn(main_, "key", "2");
  PutIn(other_, "key", "2");
  EXPECT_EQ(GetIn(main_, "key", snapshot.get()), "1");
  EXPECT_EQ(GetIn(other_, "key", snapshot.get()), "1");
}

TEST_P(EngineSnapshotContract, SurvivesFlushingAndCompacting) {
  for (int i = 0; i < 100; ++i) Put("k/" + std::to_string(i), "old");
  const auto snapshot = engine_->NewSnapshot();
  for (int i = 0; i < 100; ++i) Put("k/" + std::to_string(i), "new");
  DeleteRange("k/", "k/5");
  ASSERT_OK(engine_->Flush());
  ASSERT_OK(engine_->Compact());
  const Rows rows = Forward({.snapshot = snapshot.get(), .access = Access::kScan});
  EXPECT_EQ(rows.size(), 100U);
  for (const auto& [key, value] : rows) EXPECT_EQ(value, "old") << key;
}

TEST_P(EngineSnapshotContract, EachSnapshotKeepsItsOwnState) {
  std::vector<std::shared_ptr<const Snapshot>> snapshots;
  for (int i = 0; i < 10; ++i) {
    Put("key", std::to_string(i));
    snapshots.push_back(engine_->NewSnapshot());
  }
  Delete("key");
  snapshots.erase(snapshots.begin() + 3);
  Put("unrelated", "write");
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    EXPECT_EQ(Get("key", snapshots[i].get()), std::to_string(i < 3 ? i : i + 1));
  }
  snapshots.clear();
  EXPECT_EQ(Get("key"), std::nullopt);
}

}  // namespace
}  // namespace rookery::engine
