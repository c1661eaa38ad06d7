// The policies on real request traces, beside what simulators of others found: exact counts where the rules leave no
// choice, hit ratios within stated tolerances where a policy is our own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "cache/simulated_cache.h"
#include "tests/cache/rule_caches.h"
#include "tests/cache/traces.h"

namespace rookery::cache {
namespace {

using testing::Request;
using testing::TraceCell;

// The names of policies in the tables.
constexpr char kLruRow[] = "lru";
constexpr char kFifoRow[] = "fifo";
constexpr char kRandomRow[] = "random";
constexpr char kLfuRow[] = "lfu-da";
constexpr char kPlainLfuRow[] = "lfu(in-cache count, LRU tie)";
constexpr char kS3FifoRow[] = "s3fifo(10/90,thr2)";

/// Below so many entries a choice at random makes hit ratios differ by points from run to run.
constexpr std::size_t kFewEntries = 100;
/// The traces of loops and scans, which were made to be hard, have fewer keys than those of applications.
constexpr std::size_t kFewKeys = 10'000;

class PolicyTraces : public ::testing::Test {
 protected:
  void SetUp() override {
    if (testing::TraceDirectory().empty()) GTEST_SKIP() << "no traces: set ROOKERY_TEST_TRACES to their directory";
  }

  /// Calls `judge` for each cell of the table with the requests of its trace.
  static void ForEachCell(const std::string& table,
                          const std::function<void(const TraceCell&, const std::vector<Request>&)>& judge) {
    std::string loaded;
    std::vector<Request> requests;
    const std::vector<TraceCell> cells = testing::ReadTraceTable(table);
    EXPECT_FALSE(cells.empty());
    for (const TraceCell& cell : cells) {
      if (cell.trace != loaded) requests = testing::ReadTrace(loaded = cell.trace);
      SCOPED_TRACE(cell.trace + " with a capacity of " + std::to_string(cell.capacity));
      ASSERT_EQ(requests.size(), cell.requests);
      judge(cell, requests);
    }
  }

  static std::uint64_t MissesOf(CachePolicy policy, const TraceCell& cell, const std::vector<Request>& requests,
                                std::uint64_t seed = 1) {
    SimulatedCache cache(policy, cell.capacity, seed);
    for (const Request& request : requests) cache.Access(request.key, 1);
    return cache.misses();
  }

  static double HitPercent(CachePolicy policy, const TraceCell& cell, const std::vector<Request>& requests,
                           std::uint64_t seed = 1) {
    const auto misses = static_cast<double>(MissesOf(policy, cell, requests, seed));
    return 100 * (1 - misses / static_cast<double>(cell.requests));
  }
};

template <typename Cache>
std::uint64_t MissesByBytes(Cache&& cache, const std::vector<Request>& requests) {
  std::uint64_t misses = 0;
  for (const Request& request : requests) misses += cache.Access(request.key, request.size) ? 0 : 1;
  return misses;
}

TEST_F(PolicyTraces, MissCountsByBytesAreExact) {
  int checked = 0;
  ForEachCell("reference_bytes.tsv", [&](const TraceCell& cell, const std::vector<Request>& requests) {
    constexpr std::size_t kStep = std::size_t{128} << 20;
    const std::size_t capacity = cell.capacity;
    if (capacity % kStep != 0) return;
    EXPECT_EQ(MissesByBytes(SimulatedCache(CachePolicy::kExactLru, capacity, 1), requests), cell.misses.at(kLruRow));
    EXPECT_EQ(MissesByBytes(SimulatedCache(CachePolicy::kFifo, capacity, 1), requests), cell.misses.at(kFifoRow));
    EXPECT_EQ(MissesByBytes(testing::InCacheLfu(capacity), requests), cell.misses.at(kPlainLfuRow));
    EXPECT_EQ(MissesByBytes(testing::S3Fifo(capacity), requests), cell.misses.at(kS3FifoRow));
    ++checked;
  });
  EXPECT_EQ(checked, 8);
}

TEST_F(PolicyTraces, ExactLruMissesAreExact) {
  ForEachCell("reference.tsv", [](const TraceCell& cell, const std::vector<Request>& requests) {
    EXPECT_EQ(MissesOf(CachePolicy::kExactLru, cell, requests), cell.misses.at(kLruRow));
  });
}

TEST_F(PolicyTraces, FifoMissesAreExact) {
  ForEachCell("reference.tsv", [](const TraceCell& cell, const std::vector<Request>& requests) {
    EXPECT_EQ(MissesOf(CachePolicy::kFifo, cell, requests), cell.misses.at(kFifoRow));
  });
}

TEST_F(PolicyTraces, LruIsWithinHalfAPointOfExactLru) {
  ForEachCell("reference.tsv", [](const TraceCell& cell, const std::vector<Request>& requests) {
    const double difference = HitPercent(CachePolicy::kLru, cell, requests) - cell.hit_percent(kLruRow);
    EXPECT_GE(difference, -0.5);
    EXPECT_LE(difference, cell.capacity < kFewEntries ? 2 : 0.5);
  });
}

TEST_F(PolicyTraces, LfuIsAtMostAPointBelowLfuWithDynamicAgeing) {
  ForEachCell("reference.tsv", [](const TraceCell& cell, const std::vector<Request>& requests) {
    EXPECT_GE(HitPercent(CachePolicy::kLfu, cell, requests), cell.hit_percent(kLfuRow) - 1);
  });
}

TEST_F(PolicyTraces, RandomIsNearAnotherRandomRun) {
  ForEachCell("reference.tsv", [](const TraceCell& cell, const std::vector<Request>& requests) {
    const double difference = HitPercent(CachePolicy::kRandom, cell, requests) - cell.hit_percent(kRandomRow);
    EXPECT_LE(std::abs(difference), cell.capacity < kFewEntries ? 2 : 0.7);
  });
}

/// How far below the better of S3-FIFO and LRU the adaptive policy may be. Disk requests that a file system's cache has
/// filtered come back after long gaps, once: with a large cache a ghost queue catches them and a sketch does not.
double AdaptiveTolerance(const TraceCell& cell) {
  constexpr std::size_t kManyKeys = 500'000;
  return cell.keys > kManyKeys && cell.fraction == "0.2" ? 6 : 2.5;
}

TEST_F(PolicyTraces, AdaptiveIsAtMostAFewPointsBelowTheBetterOfS3FifoAndLru) {
  struct Mean {
    double sum = 0;
    int cells = 0;
    double value() const { return sum / cells; }
  } applications, loops_and_scans;
  ForEachCell("reference.tsv", [&](const TraceCell& cell, const std::vector<Request>& requests) {
    const double percent = HitPercent(CachePolicy::kAdaptive, cell, requests);
    EXPECT_GE(percent, std::max(cell.hit_percent(kS3FifoRow), cell.hit_percent(kLruRow)) - AdaptiveTolerance(cell));
    Mean& mean = cell.keys < kFewKeys ? loops_and_scans : applications;
    mean.sum += percent;
    ++mean.cells;
  });
  EXPECT_GE(applications.value(), 43.5);
  EXPECT_GE(loops_and_scans.value(), 36);
}

}  // namespace
}  // namespace rookery::cache
