// Single flights: one leader, everybody else waits; nobody gets an older answer than he may, and nobody another's
// failure.
#include "cache/single_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/cache/cache_fixture.h"

namespace rookery::cache {
namespace {

using Flights = SingleFlight<std::string>;
using Role = Flights::Role;
using std::chrono::steady_clock;

class SingleFlightTest : public ::testing::Test {
 protected:
  Flights::Seat Enter(std::string_view key = "key") {
    return flights_.Enter(
        cache_.KeyOf(key), [&] { return cache_.LeaseOf(key); }, [&] { return cache_.Get(key); });
  }
  std::uint64_t Joined() const { return flights_.counters().joined.load(); }
  void WaitUntilJoined(std::uint64_t count) const {
    while (Joined() < count) std::this_thread::yield();
  }

  CacheUnderTest cache_;
  Flights flights_;
};

TEST_F(SingleFlightTest, TheFirstLeads) {
  EXPECT_EQ(Enter().role(), Role::kLead);
  EXPECT_EQ(flights_.counters().flights, 1U);
}

TEST_F(SingleFlightTest, WhatTheCacheHasMeanwhileIsFound) {
  cache_.Put("key", "value");
  auto seat = Enter();
  ASSERT_EQ(seat.role(), Role::kFound);
  EXPECT_EQ(seat.value(), "value");
}

TEST_F(SingleFlightTest, EverybodyElseGetsTheLeadersAnswer) {
  constexpr int kWaiters = 63;
  auto leader = Enter();
  std::atomic<int> answered{0};
  std::vector<std::jthread> waiters;
  for (int i = 0; i < kWaiters; ++i) {
    waiters.emplace_back([&] {
      auto seat = Enter();
      ASSERT_EQ(seat.role(), Role::kWait);
      bool late = true;
      if (seat.Wait(std::nullopt, &late) == "value" && !late) ++answered;
    });
  }
  WaitUntilJoined(kWaiters);
  leader.Land("value");
  waiters.clear();
  EXPECT_EQ(answered, kWaiters);
  EXPECT_EQ(flights_.counters().flights, 1U);
}

TEST_F(SingleFlightTest, ALeaderThatFailsFailsNobody) {
  std::optional<Flights::Seat> leader(Enter());
  bool late = true;
  std::optional<std::string> answer = "?";
  std::jthread waiter([&] { answer = Enter().Wait(std::nullopt, &late); });
  WaitUntilJoined(1);
  leader.reset();
  waiter.join();
  EXPECT_EQ(answer, std::nullopt);
  EXPECT_FALSE(late) << "it should read for itself";
  EXPECT_EQ(Enter().role(), Role::kLead);
}

TEST_F(SingleFlightTest, ALeaderThatThrowsFailsNobody) {
  const auto throws = [&] {
    auto leader = Enter();
    throw std::string("no memory");
  };
  EXPECT_THROW(throws(), std::string);
  EXPECT_EQ(Enter().role(), Role::kLead);
}

TEST_F(SingleFlightTest, AWaiterGivesUpAtItsDeadline) {
  const auto leader = Enter();
  bool late = false;
  std::jthread([&] {
    auto seat = Enter();
    EXPECT_EQ(seat.Wait(steady_clock::now(), &late), std::nullopt);
  }).join();
  EXPECT_TRUE(late);
  EXPECT_EQ(flights_.counters().abandoned, 1U);
}

TEST_F(SingleFlightTest, NobodyJoinsAcrossAWrite) {
  auto old_leader = Enter();
  cache_.Begin("key");
  cache_.End("key");
  auto new_leader = Enter();
  EXPECT_EQ(new_leader.role(), Role::kLead);
  bool late = true;
  std::optional<std::string> answer;
  std::jthread waiter([&] { answer = Enter().Wait(std::nullopt, &late); });
  WaitUntilJoined(1);
  old_leader.Land("old");
  new_leader.Land("new");
  waiter.join();
  EXPECT_EQ(answer, "new");
}

TEST_F(SingleFlightTest, BesideAWriteEverybodyReadsAlone) {
  cache_.Begin("key");
  EXPECT_EQ(Enter().role(), Role::kAlone);
  EXPECT_EQ(Enter().role(), Role::kAlone);
  EXPECT_EQ(flights_.counters().bypassed, 2U);
  cache_.End("key");
  EXPECT_EQ(Enter().role(), Role::kLead);
}

TEST_F(SingleFlightTest, AThreadDoesNotWaitForItself) {
  const auto leader = Enter();
  EXPECT_EQ(Enter().role(), Role::kAlone);
}

TEST_F(SingleFlightTest, KeysDoNotWaitForEachOther) {
  const auto one = Enter("one");
  EXPECT_EQ(Enter("two").role(), Role::kLead);
}

}  // namespace
}  // namespace rookery::cache
