#include "base/thread_slot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <thread>
#include <vector>

namespace rookery::base {
namespace {

/// The slots of so many threads that live at the same time.
std::vector<std::size_t> SlotsOfThreads(std::size_t count) {
  std::vector<std::size_t> slots(count);
  std::latch all_have_one(static_cast<std::ptrdiff_t>(count));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        slots[i] = ThreadSlot();
        all_have_one.arrive_and_wait();
      });
    }
  }
  return slots;
}

TEST(ThreadSlot, IsTheSameForAsLongAsTheThreadLives) { EXPECT_EQ(ThreadSlot(), ThreadSlot()); }

TEST(ThreadSlot, ThreadsThatLiveHaveTheirOwn) {
  std::vector<std::size_t> slots = SlotsOfThreads(20);
  std::sort(slots.begin(), slots.end());
  EXPECT_EQ(std::adjacent_find(slots.begin(), slots.end()), slots.end());
  EXPECT_LT(slots.back(), kThreadSlots);
}

TEST(ThreadSlot, SlotsOfThreadsThatEndedAreGivenAgain) {
  for (int i = 0; i < 20; ++i) {
    for (const std::size_t slot : SlotsOfThreads(20)) EXPECT_LE(slot, 21U);
  }
}

TEST(ThreadSlot, ThreadsBeyondThatShare) {
  std::vector<std::size_t> slots = SlotsOfThreads(kThreadSlots + 10);
  std::sort(slots.begin(), slots.end());
  EXPECT_EQ(slots.back(), kThreadSlots);
  slots.erase(std::lower_bound(slots.begin(), slots.end(), kThreadSlots), slots.end());
  EXPECT_EQ(std::adjacent_find(slots.begin(), slots.end()), slots.end());
}

}  // namespace
}  // namespace rookery::base
