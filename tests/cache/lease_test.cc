// Leases and writes: what was read before a write began is not kept after it.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <new>
#include <string>

#include "tests/cache/cache_fixture.h"

namespace rookery::cache {
namespace {

TEST(Lease, AWriteDropsWhatIsThere) {
  CacheUnderTest cache;
  cache.Put("key", "old");
  cache.Begin("key");
  EXPECT_FALSE(cache.Has("key"));
  cache.End("key");
  EXPECT_FALSE(cache.Has("key"));
}

TEST(Lease, WhatWasReadBeforeAWriteIsRefused) {
  CacheUnderTest cache;
  const Lease lease = cache.LeaseOf("key");
  cache.Begin("key");
  EXPECT_EQ(cache.Put("key", "old", lease), Fill::kPending);
  cache.End("key");
  EXPECT_EQ(cache.Put("key", "old", lease), Fill::kWritten);
  EXPECT_EQ(cache.Stats().refused_pending, 1U);
  EXPECT_EQ(cache.Stats().refused_written, 1U);
}

TEST(Lease, WhatWasReadDuringAWriteIsRefused) {
  CacheUnderTest cache;
  cache.Begin("key");
  const Lease lease = cache.LeaseOf("key");
  EXPECT_FALSE(lease.usable);
  cache.End("key");
  EXPECT_NE(cache.Put("key", "perhaps old", lease), Fill::kInstalled);
}

TEST(Lease, AWriteThatWasAlonePutsItsValue) {
  CacheUnderTest cache;
  const WriteTicket write = cache.Begin("key");
  EXPECT_EQ(cache.PutWritten("key", write, "new"), Fill::kInstalled);
  cache.End("key");
  EXPECT_EQ(cache.Get("key"), "new");
}

TEST(Lease, WritesThatOverlapPutNothing) {
  CacheUnderTest cache;
  const WriteTicket first = cache.Begin("key");
  const WriteTicket second = cache.Begin("key");
  EXPECT_EQ(cache.PutWritten("key", second, "second"), Fill::kPending);
  cache.End("key");
  EXPECT_EQ(cache.PutWritten("key", first, "first"), Fill::kWritten);
  cache.End("key");
  EXPECT_FALSE(cache.Has("key"));
}

TEST(Lease, AsManyWritesAsABatchMayOpenAreCounted) {
  constexpr int kWrites = 70'000;
  CacheUnderTest cache;
  for (int i = 0; i < kWrites; ++i) cache.Begin("key");
  EXPECT_FALSE(cache.LeaseOf("key").usable);
  for (int i = 0; i < kWrites; ++i) {
    EXPECT_FALSE(cache.LeaseOf("key").usable);
    cache.End("key");
  }
  EXPECT_TRUE(cache.LeaseOf("key").usable);
}

TEST(Lease, AReaderAfterTheWriteMayKeepWhatItRead) {
  CacheUnderTest cache;
  cache.Begin("key");
  cache.End("key");
  EXPECT_EQ(cache.Put("key", "new"), Fill::kInstalled);
}

TEST(Lease, AGrowingTableKeepsTrackOfWritesUnderWay) {
  CacheUnderTest cache(16 << 20);
  const Lease lease = cache.LeaseOf("key");
  const WriteTicket write = cache.Begin("key");
  for (int i = 0; i < 2000; ++i) cache.Put(std::to_string(i), "v");
  EXPECT_EQ(cache.Put("key", "old", lease), Fill::kResized);
  EXPECT_FALSE(cache.LeaseOf("key").usable);
  EXPECT_EQ(cache.PutWritten("key", write, "new"), Fill::kResized) << "what overlapped with the growing is not known";
  cache.End("key");
  EXPECT_TRUE(cache.LeaseOf("key").usable);
  EXPECT_EQ(cache.Put("key", "new"), Fill::kInstalled);
}

/// A block that lists what was done to it.
class BlockWrites : public ::testing::Test {
 protected:
  BlockWrites() { Install("block:"); }

  void Install(std::string text) {
    cache_.core().PutBlock(Key(), cache_.core().LeaseOf(Key()),
                           {std::make_shared<const std::string>(std::move(text)), 64});
  }
  void Begin() { cache_.core().BeginWrite(Key()); }
  void End(std::uint64_t row) {
    const std::array rows{row};
    cache_.core().EndWrite(Key(), rows, [row](const Block& block) -> Block {
      const auto text = std::static_pointer_cast<const std::string>(block.object);
      return {std::make_shared<const std::string>(*text + " " + std::to_string(row)), 64};
    });
  }
  void Fail(std::uint64_t row) {
    const std::array rows{row};
    cache_.core().EndWrite(Key(), rows, [](const Block&) { return Block{}; });
  }
  std::string Text() {
    std::string text = "none";
    cache_.core().Peek(Key(),
                       [&](const Entry& entry) { text = *std::static_pointer_cast<const std::string>(entry.block()); });
    return text;
  }
  cache::Key Key() { return cache_.KeyOf("block"); }

  CacheUnderTest cache_;
};

TEST_F(BlockWrites, AreServedOnlyBetweenWrites) {
  Begin();
  EXPECT_EQ(Text(), "none");
  End(1);
  EXPECT_EQ(Text(), "block: 1");
}

TEST_F(BlockWrites, ThatOverlapAreAllInTheBlock) {
  Begin();
  Begin();
  End(2);
  EXPECT_EQ(Text(), "none");
  End(1);
  EXPECT_EQ(Text(), "block: 2 1");
}

TEST_F(BlockWrites, ToOneRowThatOverlapSpoilTheBlock) {
  Begin();
  Begin();
  End(1);
  End(1);
  EXPECT_EQ(Text(), "none");
  Install("again:");
  Begin();
  End(1);
  EXPECT_EQ(Text(), "again: 1");
}

TEST_F(BlockWrites, ThatFailDropTheBlock) {
  Begin();
  Begin();
  Fail(1);
  End(2);
  EXPECT_EQ(Text(), "none");
}

TEST_F(BlockWrites, ThatOverlapWithoutAPauseEndTheBlock) {
  Begin();
  for (std::uint64_t row = 1; row < 1000; ++row) {
    Begin();
    End(row);
  }
  End(1000);
  EXPECT_EQ(Text(), "none");
}

TEST_F(BlockWrites, WithoutMemoryDropTheBlock) {
  Begin();
  cache_.core().EndWrite(Key(), std::array<std::uint64_t, 1>{1}, [](const Block&) -> Block { throw std::bad_alloc(); });
  EXPECT_EQ(Text(), "none");
  EXPECT_TRUE(cache_.core().LeaseOf(Key()).usable);
}

TEST(BlockWritesWithALifetime, DoNotProlongIt) {
  auto clock = std::make_shared<testing::ManualClock>();
  CacheUnderTest cache(CacheConfig{.capacity = 1 << 20, .ttl = std::chrono::seconds(10), .clock = clock, .shards = 1});
  const Key key = cache.KeyOf("block");
  const auto has = [&] { return cache.core().Peek(key, [](const Entry&) {}); };
  const auto write = [&](std::uint64_t row) {
    cache.core().BeginWrite(key);
    cache.core().EndWrite(key, std::array{row}, [](const Block& block) { return block; });
  };
  cache.core().PutBlock(key, cache.core().LeaseOf(key), {std::make_shared<const int>(1), 64});
  clock->Advance(std::chrono::seconds(6));
  write(1);
  EXPECT_TRUE(has());
  clock->Advance(std::chrono::seconds(6));
  EXPECT_FALSE(has());
  write(2);
  EXPECT_FALSE(has()) << "what had expired does not come back";
}

TEST_F(BlockWrites, SurviveAGrowingTable) {
  Begin();
  for (int i = 0; i < 2000; ++i) cache_.Put(std::to_string(i), "v");
  End(1);
  EXPECT_EQ(Text(), "block: 1");
}

TEST_F(BlockWrites, DoNotBringBackWhatWasCleared) {
  Begin();
  cache_.core().Clear();
  End(1);
  EXPECT_EQ(Text(), "none");
}

}  // namespace
}  // namespace rookery::cache
