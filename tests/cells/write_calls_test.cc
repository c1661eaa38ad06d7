#include "cells/write_calls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>
#include <vector>

namespace rookery::cells {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{60'000};

TEST(WriteCallsTest, WithoutWritesNobodyWaits) {
  WriteCalls calls;
  EXPECT_TRUE(calls.Await(milliseconds{0}));
}

TEST(WriteCallsTest, WaitsForAWriteThatBeganBefore) {
  WriteCalls calls;
  std::optional<WriteCalls::Pass> write(std::in_place, &calls);
  EXPECT_FALSE(calls.Await(milliseconds{1}));
  write.reset();
  EXPECT_TRUE(calls.Await(milliseconds{0}));
}

TEST(WriteCallsTest, DoesNotWaitForWritesThatBeginLater) {
  WriteCalls calls;
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (int i = 0; i < 3; ++i) {
    writers.emplace_back([&] {
      while (!stop) const WriteCalls::Pass pass(&calls);
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(calls.Await(kLong));
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

TEST(WriteCallsTest, WhoHasGivenUpIsMadeUpForByTheNext) {
  WriteCalls calls;
  std::optional<WriteCalls::Pass> write(std::in_place, &calls);
  EXPECT_FALSE(calls.Await(milliseconds{1}));
  EXPECT_FALSE(calls.Await(milliseconds{1}));
  std::future<bool> waits = std::async(std::launch::async, [&] { return calls.Await(kLong); });
  write.reset();
  EXPECT_TRUE(waits.get());
}

}  // namespace
}  // namespace rookery::cells
