#include "base/event.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

namespace rookery::base {
namespace {

using std::chrono::steady_clock;

TEST(Event, WhoComesLateDoesNotWait) {
  Event event;
  EXPECT_FALSE(event.is_set());
  event.Set();
  EXPECT_TRUE(event.Wait(std::nullopt));
  EXPECT_TRUE(event.Wait(steady_clock::time_point::min() + std::chrono::hours{1}));
}

TEST(Event, AllWhoWaitAreWoken) {
  constexpr int kThreads = 100;
  for (int round = 0; round < 20; ++round) {
    Event event;
    int brought = 0;
    std::atomic<int> seen{0};
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
          // Some with a deadline that is far away, some without.
          const Event::Deadline deadline = i % 2 == 0 ? Event::Deadline() : steady_clock::now() + std::chrono::hours{1};
          EXPECT_TRUE(event.Wait(deadline));
          seen += brought;
        });
      }
      brought = 1;
      event.Set();
    }
    EXPECT_EQ(seen, kThreads);
  }
}

TEST(Event, AWaiterGivesUpAtItsDeadline) {
  Event event;
  EXPECT_FALSE(event.Wait(steady_clock::now()));
  EXPECT_FALSE(event.Wait(steady_clock::now() + std::chrono::milliseconds{1}));
  EXPECT_FALSE(event.Wait(steady_clock::now() - std::chrono::hours{1}));
  EXPECT_FALSE(event.Wait(steady_clock::time_point::min()));
}

TEST(Event, ThoseWhoGiveUpTakeNobodysTurn) {
  for (int round = 0; round < 50; ++round) {
    Event event;
    std::atomic<int> woken{0};
    std::latch started(20);
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 20; ++i) {
        threads.emplace_back([&, i] {
          started.arrive_and_wait();
          if (i % 2 == 0) {
            event.Wait(steady_clock::now() + std::chrono::microseconds{50});
          } else if (event.Wait(std::nullopt)) {
            ++woken;
          }
        });
      }
      event.Set();
    }
    EXPECT_EQ(woken, 10);
  }
}

}  // namespace
}  // namespace rookery::base
