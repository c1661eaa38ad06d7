#include "bench/crowd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "bench/failure.h"

namespace rookery::bench {
namespace {

using ::testing::Each;
using ::testing::ThrowsMessage;

TEST(CrowdTest, EverybodyActsOnceEachTimeTheGateOpens) {
  std::vector<int> acts(100, 0);
  Crowd crowd(acts.size(), [&](std::size_t member) { ++acts[member]; });
  for (int opened = 1; opened <= 20; ++opened) {
    EXPECT_EQ(crowd.Release().size(), acts.size());
    EXPECT_THAT(acts, Each(opened));
  }
}

TEST(CrowdTest, AllAreInAtOnce) {
  // Ends only if everybody is there before the first one leaves.
  constexpr std::size_t kMembers = 8;
  std::atomic<std::size_t> inside{0};
  Crowd crowd(kMembers, [&](std::size_t) {
    ++inside;
    inside.notify_all();
    for (std::size_t count = inside; count < kMembers; count = inside) inside.wait(count);
  });
  crowd.Release();
  EXPECT_EQ(inside, kMembers);
}

TEST(CrowdTest, TimesAreSinceTheGateOpened) {
  Crowd crowd(3, [](std::size_t) {});
  const auto& acts = crowd.Release();
  for (const Crowd::Act& act : acts) {
    EXPECT_GE(act.begin, 0);
    EXPECT_GE(act.end, act.begin);
  }
  EXPECT_LE(FirstDone(acts), LastDone(acts));
}

TEST(CrowdTest, WhatAnActThrowsIsThrownWhereTheGateWasOpened) {
  bool fail = true;
  Crowd crowd(2, [&](std::size_t member) { Require(member == 0 || !fail, "out of luck"); });
  EXPECT_THAT([&] { crowd.Release(); }, ThrowsMessage<Failure>("out of luck"));
  fail = false;
  crowd.Release();
}

TEST(CrowdTest, MayLeaveWithoutHavingActed) {
  const Crowd crowd(4, [](std::size_t) { FAIL() << "the gate was never opened"; });
}

}  // namespace
}  // namespace rookery::bench
