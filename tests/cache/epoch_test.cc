#include "cache/epoch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <latch>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace rookery::cache {
namespace {

class Epochs : public ::testing::TestWithParam<EpochDomain::Fences> {
 protected:
  EpochDomain epochs_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Fences, Epochs,
                         ::testing::Values(EpochDomain::Fences::kByWriters, EpochDomain::Fences::kByReaders));

TEST_P(Epochs, WhatIsUnlinkedWhileNobodyReadsMayGo) {
  const std::uint64_t stamp = epochs_.Stamp();
  EXPECT_LT(stamp, epochs_.Advance());
}

TEST_P(Epochs, WhatAReaderMaySeeStays) {
  auto reader = std::make_optional<EpochDomain::Guard>(&epochs_);
  const std::uint64_t stamp = epochs_.Stamp();
  EXPECT_GE(stamp, epochs_.Advance());
  EXPECT_GE(stamp, epochs_.Advance());
  reader.reset();
  EXPECT_LT(stamp, epochs_.Advance());
}

TEST_P(Epochs, ALaterReaderHoldsNothingBack) {
  const std::uint64_t stamp = epochs_.Stamp();
  epochs_.Advance();
  const EpochDomain::Guard reader(&epochs_);
  EXPECT_LT(stamp, epochs_.Advance());
}

TEST_P(Epochs, MoreThreadsThanSlotsTakeTurns) {
  constexpr std::size_t kThreads = base::kThreadSlots + 40;
  std::latch all_live(kThreads);
  std::atomic<std::uint64_t> counted{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        base::ThreadSlot();
        all_live.arrive_and_wait();
        for (int read = 0; read < 50; ++read) {
          const EpochDomain::Guard reader(&epochs_);
          ReadCounters::Increment(&reader.counters().misses);
        }
      });
    }
  }
  for (const EpochDomain::Slot& slot : epochs_.slots()) counted += slot.counters.misses;
  EXPECT_EQ(counted, kThreads * 50);
}

TEST_P(Epochs, AReaderNeverSeesWhatWasFreed) {
  constexpr int kChanges = 20'000;
  struct Cell {
    std::uint64_t value = 7;
  };
  std::atomic<Cell*> link{new Cell};
  std::atomic<bool> done{false};
  std::vector<std::jthread> readers;
  std::atomic<std::uint64_t> wrong{0};
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const EpochDomain::Guard reader(&epochs_);
        if (link.load(std::memory_order_seq_cst)->value != 7) ++wrong;
      }
    });
  }
  std::vector<std::pair<std::uint64_t, std::unique_ptr<Cell>>> retired;
  for (int i = 0; i < kChanges; ++i) {
    std::unique_ptr<Cell> former(link.exchange(new Cell, std::memory_order_seq_cst));
    retired.emplace_back(epochs_.Stamp(), std::move(former));
    if (retired.size() < 8) continue;
    const std::uint64_t oldest = epochs_.Advance();
    std::erase_if(retired, [&](auto& one) {
      if (one.first >= oldest) return false;
      one.second->value = 0;  // seen even without a sanitizer
      return true;
    });
  }
  done = true;
  readers.clear();
  delete link.load();
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace rookery::cache
