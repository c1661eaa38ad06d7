// Readers and writers at full speed: no read is older than the last acknowledged write when it began.
//
// ROOKERY_STRESS_READS makes the run as long as one likes; the short one belongs to the test suite.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/cache/cache_fixture.h"
#include "tests/support/seeded_random.h"

namespace rookery::cache {
namespace {

constexpr std::size_t kKeys = 16;
constexpr int kReaders = 3;
constexpr int kWriters = 2;

std::uint64_t ReadsToDo() {
  const char* const reads = std::getenv("ROOKERY_STRESS_READS");
  return reads == nullptr ? 300'000 : std::strtoull(reads, nullptr, 10);
}

enum class Order { kRight, kEndsBeforeCommit };

/// A store of versions, each key with a lock that its writers hold, and the cache in front of it.
class StressedCache {
 public:
  StressedCache(CachePolicy policy, WriteMode mode, Order order)
      : cache_(CacheConfig{.capacity = 24 << 10, .policy = policy, .shards = 2}), mode_(mode), order_(order) {
    for (std::size_t i = 0; i < kKeys; ++i) names_[i] = "key number " + std::to_string(i);
  }

  void Run(std::uint64_t reads) {
    std::vector<std::jthread> threads;
    std::atomic<int> reading{kReaders};
    for (int i = 0; i < kWriters; ++i) {
      threads.emplace_back([&, i] {
        testing::SeededRandom random(static_cast<std::uint64_t>(100 + i));
        while (reading > 0) Write(random.Below(kKeys));
      });
    }
    for (int i = 0; i < kReaders; ++i) {
      threads.emplace_back([&, i] {
        testing::SeededRandom random(static_cast<std::uint64_t>(i));
        for (std::uint64_t done = 0; done < reads / kReaders; ++done) Read(random.Below(kKeys));
        --reading;
      });
    }
  }

  std::uint64_t stale() const { return stale_; }
  CacheStats Stats() const { return cache_.Stats(); }

 private:
  struct Row {
    std::mutex writing;
    std::atomic<std::uint64_t> stored{0};
    std::atomic<std::uint64_t> acknowledged{0};
  };

  void Write(std::size_t index) {
    Row& row = rows_[index];
    const std::lock_guard lock(row.writing);
    const std::uint64_t version = row.stored.load() + 1;
    const WriteTicket ticket = cache_.Begin(names_[index]);
    const auto end = [&] {
      const std::string_view value(reinterpret_cast<const char*>(&version), sizeof(version));
      if (mode_ == WriteMode::kThrough) cache_.PutWritten(names_[index], ticket, value);
      cache_.End(names_[index]);
    };
    if (order_ == Order::kEndsBeforeCommit) {
      end();
      // A reader may come just here; let one, so that the test does not hang on luck.
      Read(index);
    }
    row.stored.store(version);
    if (order_ == Order::kRight) end();
    row.acknowledged.store(version);
  }

  void Read(std::size_t index) {
    Row& row = rows_[index];
    const std::uint64_t oldest_allowed = row.acknowledged.load();
    const Key key = cache_.KeyOf(names_[index]);
    std::uint64_t version = 0;
    const bool hit = cache_.core().Find(key, [&](const Entry& entry) {
      std::memcpy(&version, entry.value().data(), sizeof(version));
      return true;
    });
    if (!hit) {
      const Lease lease = cache_.LeaseOf(names_[index]);
      version = row.stored.load();
      cache_.Put(names_[index], {reinterpret_cast<const char*>(&version), sizeof(version)}, lease);
    }
    if (version < oldest_allowed) ++stale_;
  }

  CacheUnderTest cache_;
  const WriteMode mode_;
  const Order order_;
  std::array<std::string, kKeys> names_;
  std::array<Row, kKeys> rows_;
  std::atomic<std::uint64_t> stale_{0};
};

class StaleReads : public ::testing::TestWithParam<std::tuple<CachePolicy, WriteMode>> {};
INSTANTIATE_TEST_SUITE_P(Policies, StaleReads,
                         ::testing::Combine(::testing::ValuesIn(kAllPolicies),
                                            ::testing::Values(WriteMode::kThrough, WriteMode::kAround)));

TEST_P(StaleReads, AreNone) {
  StressedCache cache(std::get<0>(GetParam()), std::get<1>(GetParam()), Order::kRight);
  cache.Run(ReadsToDo());
  EXPECT_EQ(cache.stale(), 0U);
  EXPECT_GT(cache.Stats().hits(), 0U);
}

TEST(StaleReadsOfTheWrongOrder, AreFound) {
  StressedCache cache(CachePolicy::kAdaptive, WriteMode::kAround, Order::kEndsBeforeCommit);
  cache.Run(30'000);
  EXPECT_GT(cache.stale(), 0U);
}

}  // namespace
}  // namespace rookery::cache
