#include "engine/rocksdb/memtable_sizes.h"

#include <gtest/gtest.h>

namespace rookery::engine {
namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;

TEST(MemtableSizes, OneFamilyFillsAQuarterOfTheBudget) {
  EXPECT_EQ(DivideWriteBuffer(128 * kMiB, 1).write_buffer_bytes, 32 * kMiB);
}

TEST(MemtableSizes, ManyFamiliesGetTwiceTheirShare) {
  EXPECT_EQ(DivideWriteBuffer(128 * kMiB, 16).write_buffer_bytes, 16 * kMiB);
  EXPECT_EQ(DivideWriteBuffer(128 * kMiB, 64).write_buffer_bytes, 4 * kMiB);
}

TEST(MemtableSizes, BuffersStayWithinReason) {
  EXPECT_EQ(DivideWriteBuffer(4096 * kMiB, 1).write_buffer_bytes, 64 * kMiB);
  EXPECT_EQ(DivideWriteBuffer(1 * kMiB, 4096).write_buffer_bytes, 256 * kKiB);
}

TEST(MemtableSizes, ArenasOfIdleFamiliesTakeAQuarterOfTheBudgetAtMost) {
  for (const std::size_t families : {1, 2, 17, 64, 257, 1024, 2048}) {
    const std::size_t budget = 128 * kMiB;
    EXPECT_LE(families * DivideWriteBuffer(budget, families).arena_block_bytes, budget / 4) << families;
  }
}

TEST(MemtableSizes, ArenaBlocksAreWholePages) {
  for (std::size_t families = 1; families < 5000; families += 37) {
    EXPECT_EQ(DivideWriteBuffer(100 * kMiB, families).arena_block_bytes % (4 * kKiB), 0U) << families;
  }
}

}  // namespace
}  // namespace rookery::engine
