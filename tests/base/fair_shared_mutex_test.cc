#include "base/fair_shared_mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "tests/support/gate.h"

namespace rookery::testing {
namespace {

using base::FairSharedMutex;

/// Whether it becomes false, while somebody else is at work.
template <typename Condition>
bool BecomesFalse(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + kLongEnough;
  while (condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(FairSharedMutexTest, ReadersShareItAndAWriterIsAlone) {
  FairSharedMutex mutex;
  {
    const std::shared_lock reader(mutex);
    std::thread([&] {
      EXPECT_TRUE(std::shared_lock(mutex, std::try_to_lock).owns_lock());
      EXPECT_FALSE(std::unique_lock(mutex, std::try_to_lock).owns_lock());
    }).join();
  }
  const std::lock_guard writer(mutex);
  std::thread([&] {
    EXPECT_FALSE(std::shared_lock(mutex, std::try_to_lock).owns_lock());
    EXPECT_FALSE(std::unique_lock(mutex, std::try_to_lock).owns_lock());
  }).join();
}

TEST(FairSharedMutexTest, NoReaderPassesAWriterWhoWaits) {
  FairSharedMutex mutex;
  Gate leave;
  std::thread reader([&] {
    const std::shared_lock lock(mutex);
    leave.Pass();
  });
  ASSERT_TRUE(leave.AwaitVisitors(1));
  std::thread writer([&] { const std::lock_guard lock(mutex); });
  EXPECT_TRUE(BecomesFalse([&] { return std::shared_lock(mutex, std::try_to_lock).owns_lock(); }));
  leave.Open();
  reader.join();
  writer.join();
  EXPECT_TRUE(std::shared_lock(mutex, std::try_to_lock).owns_lock());
}

/// Three threads of the one kind, which overlap all the time, and one of the other kind.
template <typename Many, typename One>
bool OneGetsIn() {
  FairSharedMutex mutex;
  std::atomic<bool> in{false};
  std::atomic<bool> late{false};
  std::vector<std::thread> many;
  for (int i = 0; i < 3; ++i) {
    many.emplace_back([&] {
      while (!in && !late) {
        const Many lock(mutex);
        std::this_thread::yield();
      }
    });
  }
  std::thread one([&] {
    for (int i = 0; i < 100; ++i) const One lock(mutex);
    in = true;
  });
  const bool was_in = BecomesFalse([&] { return !in; });
  late = true;
  one.join();
  for (std::thread& thread : many) thread.join();
  return was_in;
}

TEST(FairSharedMutexTest, AWriterGetsInBetweenReadersWhoNeverLeaveItFree) {
  EXPECT_TRUE((OneGetsIn<std::shared_lock<FairSharedMutex>, std::unique_lock<FairSharedMutex>>()));
}

TEST(FairSharedMutexTest, AReaderGetsInBetweenWritersWhoNeverLeaveItFree) {
  EXPECT_TRUE((OneGetsIn<std::unique_lock<FairSharedMutex>, std::shared_lock<FairSharedMutex>>()));
}

TEST(FairSharedMutexTest, WhoMayNotWaitLongTurnsBackFromAClosedOne) {
  FairSharedMutex mutex;
  ASSERT_TRUE(mutex.lock_shared_unless_closed());
  mutex.unlock_shared();
  ASSERT_TRUE(mutex.lock_unless_closed());
  mutex.unlock();
  mutex.close();
  std::thread([&] {
    EXPECT_FALSE(mutex.lock_shared_unless_closed());
    EXPECT_FALSE(mutex.lock_unless_closed());
    EXPECT_FALSE(mutex.try_lock_shared());
    EXPECT_FALSE(mutex.try_lock());
  }).join();
  mutex.open();
  EXPECT_TRUE(mutex.lock_unless_closed());
  mutex.unlock();
}

TEST(FairSharedMutexTest, OthersWaitUntilItIsOpen) {
  FairSharedMutex mutex;
  mutex.close();
  std::atomic<bool> open{false};
  std::atomic<int> early{0};
  const auto look = [&] { early += open ? 0 : 1; };
  std::vector<std::thread> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.emplace_back([&] {
      const std::shared_lock lock(mutex);
      look();
    });
    waiting.emplace_back([&] {
      const std::lock_guard lock(mutex);
      look();
    });
    waiting.emplace_back([&] {
      mutex.close();
      look();
      mutex.open();
    });
  }
  // While they wait nobody else does.
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(mutex.lock_shared_unless_closed());
  open = true;
  mutex.open();
  for (std::thread& thread : waiting) thread.join();
  EXPECT_EQ(early, 0);
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

}  // namespace
}  // namespace rookery::testing
