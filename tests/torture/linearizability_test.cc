// The checker of histories by itself: what can be explained passes, what cannot is found.
#include "tests/torture/linearizability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/torture/chat_history.h"

namespace rookery::torture {
namespace {

using ::testing::HasSubstr;
using Kind = ChatCall::Kind;
using Answer = ChatCall::Answer;

ChatCall Post(Interval time, std::vector<std::size_t> slots, std::uint64_t value, Answer answer = Answer::kDone) {
  return {.time = time, .kind = Kind::kPost, .slots = std::move(slots), .value = value, .answer = answer};
}
ChatCall Edit(Interval time, std::uint64_t value, std::uint64_t version) {
  return {.time = time, .kind = Kind::kEdit, .slots = {0}, .value = value, .version = version};
}
ChatCall Delete(Interval time, Answer answer = Answer::kDone) {
  return {.time = time, .kind = Kind::kDelete, .slots = {0}, .answer = answer};
}
ChatCall Read(Interval time, std::vector<std::size_t> slots, std::vector<Seen> found) {
  return {.time = time, .kind = Kind::kRead, .slots = std::move(slots), .found = std::move(found)};
}
ChatCall PageOf(Interval time, std::size_t limit, std::vector<std::pair<std::size_t, Seen>> page) {
  return {.time = time, .kind = Kind::kPage, .slots = {1, 0}, .limit = limit, .page = std::move(page)};
}
bool Linearizable(const std::vector<ChatCall>& calls) { return CheckLinearizable(calls).empty(); }

TEST(LinearizabilityTest, NothingIsLinearizable) { EXPECT_TRUE(Linearizable({})); }

TEST(LinearizabilityTest, AReadBesideAPostMayFindEither) {
  EXPECT_TRUE(Linearizable({Post({1, 4}, {0}, 7), Read({2, 3}, {0}, {{0, 0}})}));
  EXPECT_TRUE(Linearizable({Post({1, 4}, {0}, 7), Read({2, 3}, {0}, {{1, 7}})}));
}

TEST(LinearizabilityTest, AReadAfterAPostMustFindIt) {
  EXPECT_FALSE(Linearizable({Post({1, 2}, {0}, 7), Read({3, 4}, {0}, {{0, 0}})}));
  EXPECT_TRUE(Linearizable({Post({1, 2}, {0}, 7), Read({3, 4}, {0}, {{1, 7}})}));
}

TEST(LinearizabilityTest, ReadsOneAfterTheOtherDoNotGoBack) {
  const auto history = [](const Seen& first, const Seen& second) {
    return std::vector{Post({1, 2}, {0}, 7), Edit({3, 8}, 9, 2), Read({4, 5}, {0}, {first}),
                       Read({6, 7}, {0}, {second})};
  };
  EXPECT_TRUE(Linearizable(history({1, 7}, {2, 9})));
  EXPECT_FALSE(Linearizable(history({2, 9}, {1, 7})));
}

TEST(LinearizabilityTest, TwoEditsDoNotMakeTheSameVersion) {
  EXPECT_FALSE(Linearizable({Post({1, 2}, {0}, 7), Edit({3, 6}, 8, 2), Edit({4, 5}, 9, 2)}));
  EXPECT_TRUE(Linearizable({Post({1, 2}, {0}, 7), Edit({3, 6}, 8, 3), Edit({4, 5}, 9, 2)}));
}

TEST(LinearizabilityTest, OnlyOneOfTwoDeletionsFindsTheMessage) {
  EXPECT_FALSE(Linearizable({Post({1, 2}, {0}, 7), Delete({3, 6}), Delete({4, 5})}));
  EXPECT_TRUE(Linearizable({Post({1, 2}, {0}, 7), Delete({3, 6}, Answer::kAbsent), Delete({4, 5})}));
}

TEST(LinearizabilityTest, APostIsRefusedOnlyWhereThereIsAMessage) {
  EXPECT_FALSE(Linearizable({Post({1, 2}, {0}, 7), Delete({3, 4}), Post({5, 6}, {0}, 8, Answer::kRefused)}));
  EXPECT_TRUE(Linearizable({Post({1, 2}, {0}, 7), Delete({3, 7}), Post({5, 6}, {0}, 8, Answer::kRefused)}));
}

TEST(LinearizabilityTest, ABatchIsSeenAsAWhole) {
  EXPECT_FALSE(Linearizable({Post({1, 4}, {0, 1}, 7), Read({2, 3}, {0, 1}, {{1, 7}, {0, 0}})}));
  EXPECT_TRUE(Linearizable({Post({1, 4}, {0, 1}, 7), Read({2, 3}, {0, 1}, {{1, 7}, {1, 8}})}));
}

TEST(LinearizabilityTest, APageHasTheNewest) {
  EXPECT_TRUE(Linearizable({Post({1, 2}, {0, 1}, 7), PageOf({3, 4}, 1, {{1, {1, 8}}})}));
  EXPECT_FALSE(Linearizable({Post({1, 2}, {0, 1}, 7), PageOf({3, 4}, 1, {{0, {1, 7}}})}));
  EXPECT_FALSE(Linearizable({Post({1, 2}, {0, 1}, 7), PageOf({3, 4}, 2, {{1, {1, 8}}})}));
}

TEST(LinearizabilityTest, WhatIsWrongIsPointedAt) {
  EXPECT_THAT(CheckLinearizable({Post({1, 2}, {0}, 7), Read({3, 4}, {0}, {{0, 0}})}),
              HasSubstr("*   3..  4 thread 0: read 0 -> [absent]"));
}

/// A register of numbers: who writes at a moment of their own choice, and then forgets when it was.
struct RegisterCall {
  bool write = false;
  int value = 0;
};

TEST(LinearizabilityTest, WhatHasAnOrderIsFoundToHaveOne) {
  std::mt19937_64 random(20'261'123);
  for (int round = 0; round < 200; ++round) {
    std::vector<Interval> times;
    std::vector<RegisterCall> calls;
    int value = 0;
    for (std::uint64_t i = 0; i < 40; ++i) {
      // It happens at 100 * i, and its ends are some calls away.
      times.push_back({100 * i + 1000 - random() % 300, 100 * i + 1001 + random() % 300});
      calls.push_back({.write = random() % 2 == 0, .value = value});
      if (calls.back().write) calls.back().value = value = static_cast<int>(i);
    }
    const auto step = [&](std::size_t i, int state) -> std::optional<int> {
      if (!calls[i].write && calls[i].value != state) return std::nullopt;
      return calls[i].value;
    };
    ASSERT_TRUE((LinearizabilityChecker<int, decltype(step)>(times, step).Check(0))) << "round " << round;
    // A value that was never written has no place.
    const auto read = std::find_if(calls.begin(), calls.end(), [](const RegisterCall& call) { return !call.write; });
    read->value = -1;
    ASSERT_FALSE((LinearizabilityChecker<int, decltype(step)>(times, step).Check(0))) << "round " << round;
  }
}

}  // namespace
}  // namespace rookery::torture
