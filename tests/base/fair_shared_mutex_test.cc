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

}  // namespace
}  // namespace rookery::testing
