// What a bulk load takes of its store's memory.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/store/bulk_fixture.h"

namespace rookery::testing {
namespace {

class BulkMemoryTest : public DiskStoreTest {
 protected:
  void SetUp() override {
    options_.memory = std::size_t{64} << 20;
    DiskStoreTest::SetUp();
  }
  MemoryPart Loaders() {
    const auto stats = store().Stats();
    EXPECT_OK(stats);
    const auto part = std::find_if(stats->memory.begin(), stats->memory.end(),
                                   [](const MemoryPart& one) { return one.part == "loaders"; });
    return part == stats->memory.end() ? MemoryPart{} : *part;
  }
};

TEST_F(BulkMemoryTest, WithoutAFigureItIsTheLoadersPartOfTheStore) {
  EXPECT_EQ(Loaders().used, 0U);
  auto loader = store().BulkLoader();
  ASSERT_OK(loader);
  std::uint64_t most = 0;
  for (const OwnedMessage& message : DistinctMessages(15'000, 7, 1000)) {
    ASSERT_OK(loader->Add(message.view()));
    if (message.id.value % 256 == 0) most = std::max(most, Loaders().used);
  }
  most = std::max(most, Loaders().used);
  EXPECT_LE(most, Loaders().budget);
  EXPECT_GE(most, Loaders().budget / 4);
  ASSERT_OK_AND_ASSIGN(const BulkReport report, loader->Finish());
  EXPECT_EQ(report.posted, 15'000U);
  EXPECT_EQ(Loaders().used, 0U);
}

TEST_F(BulkMemoryTest, AFigureOfItsOwnGoesBeforeThePart) {
  auto loader = store().BulkLoader({.memory_bytes = std::size_t{32} << 20});
  ASSERT_OK(loader);
  for (const OwnedMessage& message : DistinctMessages(15'000, 7, 1000)) ASSERT_OK(loader->Add(message.view()));
  EXPECT_GT(Loaders().used, Loaders().budget);
  loader->Cancel();
  EXPECT_EQ(Loaders().used, 0U);
}

TEST_F(BulkMemoryTest, AHugeFigureTakesOnlyWhatTheMessagesNeed) {
  auto loader = store().BulkLoader({.memory_bytes = std::size_t{1} << 40});
  ASSERT_OK(loader);
  for (const OwnedMessage& message : DistinctMessages(2000, 7, 1000)) ASSERT_OK(loader->Add(message.view()));
  EXPECT_LT(Loaders().used, std::size_t{16} << 20);
  ASSERT_OK_AND_ASSIGN(const BulkReport report, loader->Finish());
  EXPECT_EQ(report.posted, 2000U);
}

}  // namespace
}  // namespace rookery::testing
