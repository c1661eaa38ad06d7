// The bucket map of one channel as a value: random writes, plans and lessons, against a set of live ids.
#include "store/buckets/channel_buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "tests/support/seeded_random.h"

namespace rookery::store {
namespace {

using codec::IdRange;

constexpr BucketRule kRule{std::chrono::milliseconds{10}};

MessageId IdAt(std::uint64_t ms, std::uint64_t sequence = 0) {
  return MessageId{(ms << MessageId::kTimeShift) + sequence};
}

bool Covers(const ReadPlan& plan, MessageId id) {
  const auto has = [&](const IdRange& span) { return span.contains(id); };
  return plan.whole || std::any_of(plan.spans.begin(), plan.spans.end(), has);
}

TEST(BucketRule, BucketsMeetWithoutOverlap) {
  for (std::uint64_t bucket = 1; bucket < 100; ++bucket) {
    const IdRange ids = kRule.IdsOf(bucket);
    EXPECT_EQ(kRule.BucketOf(ids.lowest), bucket);
    EXPECT_EQ(kRule.BucketOf(ids.highest), bucket);
    EXPECT_EQ(kRule.IdsOf(bucket - 1).highest.value + 1, ids.lowest.value);
  }
}

TEST(BucketRule, TheFirstIdIsOneAndTheLastBucketEndsWithTheLastId) {
  EXPECT_EQ(kRule.IdsOf(0).lowest, MessageId{1});
  const std::uint64_t last = kRule.BucketOf(MessageId{MessageId::kMax});
  EXPECT_EQ(kRule.IdsOf(last).highest, MessageId{MessageId::kMax});
}

TEST(ChannelBuckets, TheFirstWriteToABucketAsksForItsMark) {
  ChannelBuckets buckets;
  EXPECT_TRUE(buckets.Posting(kRule, IdAt(1), 1));
  EXPECT_TRUE(buckets.Posting(kRule, IdAt(2), 1)) << "the first mark may not have reached the log";
  buckets.Marked(0);
  EXPECT_FALSE(buckets.Posting(kRule, IdAt(3), 1));
  EXPECT_TRUE(buckets.Posting(kRule, IdAt(11), 1));
}

TEST(ChannelBuckets, WhatIsStoredAndWhatWasPostedAddUp) {
  ChannelBuckets buckets;
  buckets.Posting(kRule, IdAt(1, 5), 1);
  buckets.Load(kRule, {{0, {.live = 7, .ids = {IdAt(1, 1), IdAt(1, 4)}}}}, {});
  EXPECT_TRUE(buckets.Find(0)->counted);
  EXPECT_EQ(buckets.Find(0)->live, 8);
  EXPECT_EQ(buckets.Find(0)->ids, (IdRange{IdAt(1, 1), IdAt(1, 5)}));
}

TEST(ChannelBuckets, ABucketLeftOpenByAnotherIsNotCounted) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {{0, {.live = 7, .ids = {IdAt(1, 1), IdAt(1, 4)}}}}, {0, 3});
  EXPECT_FALSE(buckets.Find(0)->counted);
  EXPECT_FALSE(buckets.Find(3)->counted);
  EXPECT_TRUE(Covers(buckets.Plan(), IdAt(39)));
}

TEST(ChannelBuckets, ARecountAddsWhatChangedMeanwhile) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {{0, {.counted = false, .ids = kRule.IdsOf(0)}}}, {});
  const std::uint64_t begun = buckets.BeginRecount(0);
  buckets.Posting(kRule, IdAt(5), 1);
  buckets.EndRecount(0, begun, {.live = 3, .ids = {IdAt(1), IdAt(4)}});
  EXPECT_EQ(buckets.Find(0)->live, 4);
  EXPECT_TRUE(Covers(buckets.Plan(), IdAt(5)));
}

TEST(ChannelBuckets, OnlyTheLastOfTwoRecountsCounts) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {{0, {.counted = false, .ids = kRule.IdsOf(0)}}}, {});
  const std::uint64_t first = buckets.BeginRecount(0);
  buckets.Posting(kRule, IdAt(5), 1);
  const std::uint64_t second = buckets.BeginRecount(0);
  buckets.EndRecount(0, first, {.live = 3, .ids = {IdAt(1), IdAt(4)}});
  EXPECT_FALSE(buckets.Find(0)->counted);
  buckets.EndRecount(0, second, {.live = 4, .ids = {IdAt(1), IdAt(5)}});
  EXPECT_EQ(buckets.Find(0)->live, 4);
}

TEST(ChannelBuckets, ARecountOfWhatWasForgottenMeanwhileDoesNotCount) {
  const ChannelBuckets::StoredRows rows = {{0, {.counted = false, .ids = kRule.IdsOf(0)}}};
  ChannelBuckets forgotten(1);
  forgotten.Load(kRule, rows, {});
  const std::uint64_t old = forgotten.BeginRecount(0);
  ChannelBuckets buckets(2);
  buckets.Load(kRule, rows, {});
  buckets.EndRecount(0, 0, {.live = 3, .ids = {IdAt(1), IdAt(4)}});
  const std::uint64_t begun = buckets.BeginRecount(0);
  EXPECT_NE(begun, old);
  buckets.EndRecount(0, old, {.live = 3, .ids = {IdAt(1), IdAt(4)}});
  EXPECT_FALSE(buckets.Find(0)->counted);
}

TEST(ChannelBuckets, ABucketThatCameAgainIsAnotherOne) {
  ChannelBuckets buckets(1);
  buckets.Load(kRule, {}, {});
  buckets.Posting(kRule, IdAt(5), 1);
  const std::uint64_t changes = buckets.Find(0)->changes;
  buckets.Remove(0);
  buckets.Posting(kRule, IdAt(5), 1);
  EXPECT_NE(buckets.Find(0)->changes, changes);
}

TEST(ChannelBuckets, AnEmptyChannelNeedsNoRead) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {}, {});
  const ReadPlan plan = buckets.Plan();
  EXPECT_FALSE(plan.whole);
  EXPECT_TRUE(plan.spans.empty());
  EXPECT_TRUE(buckets.StillHolds(plan));
  buckets.Posting(kRule, IdAt(1), 1);
  EXPECT_FALSE(buckets.StillHolds(plan));
}

TEST(ChannelBuckets, ALessonNarrowsThePlan) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {{0, {.live = 2, .deleted = 900, .ids = {IdAt(1), IdAt(9)}}}}, {});
  buckets.Learn(kRule, buckets.Plan(), {IdAt(2), IdAt(8)});
  const ReadPlan plan = buckets.Plan();
  EXPECT_EQ(plan.spans,
            (std::vector<IdRange>{{MessageId{IdAt(8).value + 1}, IdAt(9)}, {IdAt(1), MessageId{IdAt(2).value - 1}}}));
}

TEST(ChannelBuckets, ALatePostVoidsALesson) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {{0, {.live = 2, .deleted = 900, .ids = {IdAt(1), IdAt(9)}}}}, {});
  const ReadPlan plan = buckets.Plan();
  buckets.Posting(kRule, IdAt(5), 1);
  buckets.Learn(kRule, plan, {IdAt(2), IdAt(8)});
  EXPECT_TRUE(Covers(buckets.Plan(), IdAt(5)));
}

TEST(ChannelBuckets, ANewPostAboveALessonIsCovered) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {{0, {.live = 2, .deleted = 900, .ids = {IdAt(1), IdAt(8)}}}}, {});
  const ReadPlan plan = buckets.Plan();
  buckets.Posting(kRule, IdAt(9), 1);
  buckets.Learn(kRule, plan, {IdAt(2), MessageId{MessageId::kMax}});
  EXPECT_TRUE(Covers(buckets.Plan(), IdAt(9)));
  EXPECT_FALSE(Covers(buckets.Plan(), IdAt(5)));
}

TEST(ChannelBuckets, AnOldLessonDoesNotHideWhatWasPostedWhereALaterOneHadFoundNothing) {
  ChannelBuckets buckets;
  buckets.Load(kRule, {{0, {.live = 1, .deleted = 900, .ids = {IdAt(1), IdAt(9)}}}}, {});
  const ReadPlan old = buckets.Plan();
  buckets.Learn(kRule, buckets.Plan(), {IdAt(2), IdAt(9)});
  buckets.Posting(kRule, IdAt(5), 1);
  buckets.Learn(kRule, old, {IdAt(2), IdAt(9)});
  EXPECT_TRUE(Covers(buckets.Plan(), IdAt(5)));
}

TEST(ChannelBuckets, APlanOfAnotherGenerationDoesNotHold) {
  ChannelBuckets first(1);
  first.Load(kRule, {}, {});
  ChannelBuckets second(2);
  second.Load(kRule, {}, {});
  EXPECT_FALSE(second.StillHolds(first.Plan()));
}

/// Random writes, with lessons that are true: a plan covers every live message at all times.
TEST(ChannelBuckets, PlansCoverEverythingThatLives) {
  testing::SeededRandom random(11);
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 60; ++round) {
    ChannelBuckets buckets;
    buckets.Load(kRule, {}, {});
    std::set<MessageId> live;
    std::uint64_t now = 1;
    std::vector<std::pair<ReadPlan, IdRange>> lessons;  // learned a while ago, told later
    for (int step = 0; step < 1'500; ++step) {
      const std::uint64_t what = random.Below(10);
      if (what < 4) {
        now += random.Below(2);
        const MessageId id = random.OneIn(20) ? IdAt(1 + random.Below(now), 4000 + random.Below(90))
                                              : IdAt(now, static_cast<std::uint64_t>(step));
        if (!live.insert(id).second) continue;
        buckets.Posting(kRule, id, 1);
      } else if (what < 9 && !live.empty()) {
        auto at = live.lower_bound(IdAt(random.Below(now + 1)));
        if (at == live.end()) --at;
        buckets.Changing(kRule, *at);
        const Bucket* bucket = buckets.Deleted(kRule, *at, 1);
        live.erase(at);
        if (bucket->dead() && random.OneIn(2)) buckets.Remove(bucket->number);
      } else if (!live.empty()) {
        auto below = live.lower_bound(IdAt(random.Below(now + 1)));
        if (below == live.end()) --below;
        const auto above = std::next(below);
        const MessageId top = above == live.end() ? MessageId{MessageId::kMax} : MessageId{above->value - 1};
        lessons.emplace_back(buckets.Plan(), IdRange{MessageId{below->value + 1}, top});
        const std::size_t one = random.Below(lessons.size());
        buckets.Learn(kRule, lessons[one].first, lessons[one].second);
        if (lessons.size() > 4) lessons.erase(lessons.begin());
      }
      const ReadPlan plan = buckets.Plan();
      for (const MessageId id : live) ASSERT_TRUE(Covers(plan, id)) << id << ", step " << step;
      for (std::size_t i = 1; i < plan.spans.size(); ++i) {
        ASSERT_LT(plan.spans[i].highest, plan.spans[i - 1].lowest);
      }
      for (const Bucket& bucket : buckets.buckets()) {
        const auto row = codec::DecodeBucket(codec::EncodeBucket(ChannelBuckets::RowOf(bucket)));
        ASSERT_TRUE(row.has_value()) << "bucket " << bucket.number << ", step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace rookery::store
