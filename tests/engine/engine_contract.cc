// The contract of every engine: rows, batches, values of any bytes. Cursors, snapshots and keyspaces have files of
// their own.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/engine/engine_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::ElementsAre;
using std::string_literals::operator""s;

using EngineContract = EngineFixture;
ROOKERY_INSTANTIATE_FOR_ALL_ENGINES(EngineContract);

/// Collects what GetMany finds.
std::vector<std::pair<std::size_t, std::string>> Many(const Engine& engine, KeyspaceId keyspace,
                                                      const std::vector<std::string_view>& keys) {
  std::vector<std::pair<std::size_t, std::string>> rows;
  EXPECT_OK(engine.GetMany(keyspace, keys, nullptr,
                           [&](std::size_t i, std::string_view value) { rows.emplace_back(i, value); }));
  return rows;
}

TEST_P(EngineContract, ReadsWhatWasPut) {
  Put("key", "value");
  EXPECT_EQ(Get("key"), "value");
  EXPECT_EQ(Get("kez"), std::nullopt);
  EXPECT_EQ(GetIn(other_, "key"), std::nullopt);
}

TEST_P(EngineContract, LaterPutReplacesEarlier) {
  Put("key", "one");
  Put("key", "two");
  EXPECT_EQ(Get("key"), "two");
}

TEST_P(EngineContract, DeletedKeyIsAbsent) {
  Put("key", "value");
  Delete("key");
  Delete("never there");
  EXPECT_EQ(Get("key"), std::nullopt);
  EXPECT_TRUE(Forward().empty());
}

TEST_P(EngineContract, RangeDeleteTakesBeginAndLeavesEnd) {
  for (const char* key : {"a", "b", "b1", "c"}) Put(key, key);
  DeleteRange("b", "c");
  EXPECT_THAT(Forward(), ElementsAre(Row("a", "a"), Row("c", "c")));
}

TEST_P(EngineContract, EmptyOrBackwardRangeDeletesNothing) {
  Put("b", "b");
  DeleteRange("b", "b");
  DeleteRange("c", "a");
  EXPECT_EQ(Get("b"), "b");
}

TEST_P(EngineContract, KeyCanBePutAgainAfterItsRangeWasDeleted) {
  Put("b", "old");
  DeleteRange("a", "c");
  Put("b", "new");
  EXPECT_EQ(Get("b"), "new");
}

TEST_P(EngineContract, ValuesMayBeEmpty) {
  Put("key", "");
  EXPECT_EQ(Get("key"), "");
  EXPECT_THAT(Forward(), ElementsAre(Row("key", "")));
}

TEST_P(EngineContract, KeysAndValuesAreAnyBytes) {
  const std::string key("\x00\xFF/\x00\n", 5);
  const std::string value("\x00\x01\xFE\x00", 4);
  Put(key, value);
  EXPECT_EQ(Get(key), value);
  EXPECT_EQ(Get(std::string_view(key).substr(0, 4)), std::nullopt);
}

TEST_P(EngineContract, EmptyKeyIsAKeyLikeAnyOther) {
  Put("", "value of nothing");
  Put("a", "1");
  EXPECT_EQ(Get(""), "value of nothing");
  EXPECT_THAT(Forward(), ElementsAre(Row("", "value of nothing"), Row("a", "1")));
}

TEST_P(EngineContract, KeysSortAsUnsignedBytes) {
  for (const std::string& key : {"\x80"s, "\x7F"s, "\xFF"s, "\x01"s, "\x00"s, "\x7F\x00"s}) Put(key, "");
  EXPECT_THAT(Forward(), ElementsAre(Row("\x00"s, ""), Row("\x01"s, ""), Row("\x7F"s, ""), Row("\x7F\x00"s, ""),
                                     Row("\x80"s, ""), Row("\xFF"s, "")));
}

TEST_P(EngineContract, KeepsLargeValues) {
  std::string value(std::size_t{4} << 20, 'x');
  for (std::size_t i = 0; i < value.size(); i += 997) value[i] = static_cast<char>(i);
  Put("large", value);
  ASSERT_OK(engine_->Flush());
  EXPECT_EQ(Get("large"), value);
}

TEST_P(EngineContract, LaterEntryOfABatchWins) {
  const auto batch = engine_->NewBatch();
  batch->Put(main_, "a", "1");
  batch->Put(main_, "a", "2");
  batch->Put(main_, "b", "1");
  batch->Delete(main_, "b");
  batch->Put(main_, "c", "1");
  batch->DeleteRange(main_, "c", "d");
  batch->Put(main_, "c1", "1");
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
  EXPECT_THAT(Forward(), ElementsAre(Row("a", "2"), Row("c1", "1")));
}

TEST_P(EngineContract, BatchCountsItsEntriesAndCanBeUsedAgain) {
  const auto batch = engine_->NewBatch();
  EXPECT_EQ(batch->count(), 0U);
  batch->Put(main_, "a", "value");
  batch->Delete(other_, "b");
  EXPECT_EQ(batch->count(), 2U);
  EXPECT_GE(batch->byte_size(), std::string_view("avalueb").size());
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
  batch->Clear();
  EXPECT_EQ(batch->count(), 0U);
  batch->Put(main_, "c", "again");
  ASSERT_OK(engine_->Write(*batch, /*sync=*/true));
  EXPECT_EQ(Get("a"), "value");
  EXPECT_EQ(Get("c"), "again");
}

TEST_P(EngineContract, EmptyBatchIsWritten) {
  const auto batch = engine_->NewBatch();
  EXPECT_OK(engine_->Write(*batch, /*sync=*/false));
  EXPECT_OK(engine_->Write(*batch, /*sync=*/true));
}

TEST_P(EngineContract, BatchWithAnUnknownKeyspaceWritesNothing) {
  const auto batch = engine_->NewBatch();
  batch->Put(main_, "a", "1");
  batch->Put(KeyspaceId{4'000'000}, "b", "1");
  EXPECT_CODE(engine_->Write(*batch, /*sync=*/false), StatusCode::kNotFound);
  EXPECT_EQ(Get("a"), std::nullopt);
}

TEST_P(EngineContract, ReadersSeeBatchesOverKeyspacesWhole) {
  constexpr int kBatches = 2000;
  PutIn(main_, "counter", "0");
  PutIn(other_, "counter", "0");
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 1; i <= kBatches; ++i) {
      const auto batch = engine_->NewBatch();
      batch->Put(main_, "counter", std::to_string(i));
      batch->Put(other_, "counter", std::to_string(i));
      EXPECT_OK(engine_->Write(*batch, /*sync=*/false));
    }
    done = true;
  });
  while (!done) {
    const auto snapshot = engine_->NewSnapshot();
    EXPECT_EQ(Get("counter", snapshot.get()), GetIn(other_, "counter", snapshot.get()));
  }
  writer.join();
  EXPECT_EQ(Get("counter"), std::to_string(kBatches));
}

TEST_P(EngineContract, WritersDoNotLoseEachOthersBatches) {
  constexpr int kWriters = 4;
  constexpr int kBatches = 500;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kBatches; ++i) {
        const auto batch = engine_->NewBatch();
        batch->Put(main_, std::to_string(w) + "/" + std::to_string(i), "x");
        EXPECT_OK(engine_->Write(*batch, /*sync=*/false));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Forward().size(), std::size_t{kWriters * kBatches});
}

TEST_P(EngineContract, GetManyAnswersInTheOrderOfTheKeys) {
  for (const char* key : {"a", "b", "c", "d"}) Put(key, std::string("value of ") + key);
  EXPECT_THAT(Many(*engine_, main_, {"d", "missing", "a", "c"}),
              ElementsAre(std::pair(0, "value of d"), std::pair(2, "value of a"), std::pair(3, "value of c")));
}

TEST_P(EngineContract, GetManyTakesRepeatedKeysAndNone) {
  Put("a", "1");
  EXPECT_THAT(Many(*engine_, main_, {"a", "z", "a"}), ElementsAre(std::pair(0, "1"), std::pair(2, "1")));
  EXPECT_TRUE(Many(*engine_, main_, {}).empty());
}

TEST_P(EngineContract, GetManyReadsThousandsOfKeysFromMemoryAndDisk) {
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("k/" + std::to_string(i * 7919 % 3000));
  for (int i = 0; i < 3000; i += 2) Put(names[i], names[i]);
  ASSERT_OK(engine_->Flush());
  for (int i = 1; i < 3000; i += 2) Put(names[i], names[i]);
  const auto rows = Many(*engine_, main_, {names.begin(), names.end()});
  ASSERT_EQ(rows.size(), names.size());
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i], std::pair(i, names[i]));
}

TEST_P(EngineContract, ValueOutlivesItsRow) {
  Put("key", std::string(1000, 'v'));
  const auto value = engine_->Get(main_, "key");
  ASSERT_OK(value);
  Delete("key");
  ASSERT_OK(engine_->Flush());
  ASSERT_OK(engine_->Compact());
  EXPECT_EQ((*value)->view(), std::string(1000, 'v'));
}

TEST_P(EngineContract, ReadingAnUnknownKeyspaceIsNotFound) {
  const KeyspaceId unknown{4'000'000};
  EXPECT_CODE(engine_->Get(unknown, "key"), StatusCode::kNotFound);
  EXPECT_CODE(engine_->GetMany(unknown, {}, nullptr, [](std::size_t, std::string_view) {}), StatusCode::kNotFound);
  const auto cursor = engine_->NewCursor(unknown, {});
  cursor->SeekToFirst();
  EXPECT_FALSE(cursor->valid());
  EXPECT_CODE(cursor->status(), StatusCode::kNotFound);
}

TEST_P(EngineContract, ReopeningKeepsEverything) {
  if (!durable()) GTEST_SKIP() << "the engine keeps nothing";
  for (int i = 0; i < 1000; ++i) Put("key/" + std::to_string(i), std::string(100, 'a'));
  DeleteRange("key/1", "key/2");
  Delete("key/2");
  PutIn(other_, "o", "1");
  const Rows before = Forward();
  Reopen();
  EXPECT_EQ(Forward(), before);
  EXPECT_EQ(GetIn(other_, "o"), "1");
  Put("after", "reopening");
  Reopen();
  EXPECT_EQ(Get("after"), "reopening");
}

TEST_P(EngineContract, SizesGrowWithTheRows) {
  for (int i = 0; i < 1000; ++i) Put("key/" + std::to_string(i), std::string(100, 'a'));
  EXPECT_EQ(engine_->SizeOf(main_).estimated_rows, 1000U);
  EXPECT_GE(engine_->SizeOf(main_).memory_bytes, 100'000U);
  EXPECT_GE(engine_->Size().memtable_bytes, 100'000U);
  EXPECT_EQ(engine_->SizeOf(other_).estimated_rows, 0U);
  if (!durable()) return;
  EXPECT_GE(engine_->Size().wal_bytes, 100'000U);
  ASSERT_OK(engine_->Flush());
  EXPECT_GT(engine_->SizeOf(main_).disk_bytes, 0U);
  EXPECT_GE(engine_->Size().disk_bytes, engine_->SizeOf(main_).disk_bytes);
  Reopen();
  EXPECT_EQ(engine_->SizeOf(main_).estimated_rows, 1000U);
}

TEST_P(EngineContract, ClosesOnlyOnce) {
  EXPECT_OK(engine_->Close());
  EXPECT_OK(engine_->Close());
}

}  // namespace
}  // namespace rookery::engine
