// What a store takes in: limits per prefix and of the whole, under a clock that the test moves.
#include "store/admission.h"

#include <gmock/gmock.h>

#include "store/admission_checks.h"
#include "tests/store/engine_fixture.h"

namespace rookery::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class AdmissionTest : public EngineStoreTest {
 protected:
  void SetUp() override { options_.clock = clock_; }

  void OpenWith(const AdmissionOptions& admission) {
    options_.admission = admission;
    Create(HashRouting{.shards = 2});
  }
  Status Post(std::string_view channel) {
    return store_->posts().Post({.channel = channel, .content = "0123456789"}, {}).status();
  }
  Status PostMany(std::string_view channel, std::size_t count) {
    const std::vector<NewMessage> messages(count, NewMessage{.channel = channel, .content = "x"});
    return store_->posts().PostBatch(messages, {}).status();
  }
  int PostsUntilRefused(std::string_view channel) {
    int posts = 0;
    while (posts < 10'000 && Post(channel).ok()) ++posts;
    return posts;
  }
};

TEST_F(AdmissionTest, WithoutLimitsThereIsNothingToAsk) {
  OpenWith({});
  EXPECT_EQ(store_->context().admission, nullptr);
  EXPECT_OK(Post("c"));
}

TEST_F(AdmissionTest, OverTheLimitAPostIsRefusedAndSaysWhenItWouldPass) {
  OpenWith({.prefixes = {{.prefix = "guild/", .limit = {.posts_per_second = 10}}}});
  EXPECT_EQ(PostsUntilRefused("guild/a"), 10);
  const Status refused = Post("guild/b");
  EXPECT_CODE(refused, StatusCode::kBusy);
  EXPECT_THAT(refused.ToString(), HasSubstr("guild/"));
  ASSERT_EQ(refused.retry_after(), milliseconds{100});
  clock_->Advance(milliseconds{99});
  EXPECT_CODE(Post("guild/b"), StatusCode::kBusy);
  clock_->Advance(milliseconds{1});
  EXPECT_OK(Post("guild/b"));
}

TEST_F(AdmissionTest, ARefusedPostIsNotStored) {
  OpenWith({.store = {.posts_per_second = 4, .burst_posts = 4}});
  const int stored = PostsUntilRefused("c");
  EXPECT_CODE(Post("c"), StatusCode::kBusy);
  const auto page = store_->reads().History("c", {}, nullptr);
  ASSERT_OK(page);
  EXPECT_EQ(page->size(), static_cast<std::size_t>(stored));
}

TEST_F(AdmissionTest, TheLongestPrefixDecides) {
  OpenWith({.prefixes = {{.prefix = "a", .limit = {.posts_per_second = 2}},
                         {.prefix = "ab", .limit = {.posts_per_second = 5}},
                         {.prefix = "abc"}}});
  EXPECT_EQ(PostsUntilRefused("ax"), 2);
  EXPECT_EQ(PostsUntilRefused("abx"), 5);
  EXPECT_EQ(PostsUntilRefused("abc"), 10'000);
  EXPECT_EQ(PostsUntilRefused("other"), 10'000);
}

TEST_F(AdmissionTest, ABatchNeedsAllItsTokensOrNone) {
  OpenWith({.prefixes = {{.prefix = "c", .limit = {.posts_per_second = 10}}}});
  EXPECT_OK(PostMany("c", 8));
  EXPECT_CODE(PostMany("c", 3), StatusCode::kBusy);
  EXPECT_OK(PostMany("c", 2)) << "what was refused took nothing";
}

TEST_F(AdmissionTest, ABatchLargerThanTheBurstGoesIntoDebt) {
  OpenWith({.prefixes = {{.prefix = "c", .limit = {.posts_per_second = 10}}}});
  EXPECT_OK(PostMany("c", 100));
  const Status refused = Post("c");
  EXPECT_CODE(refused, StatusCode::kBusy);
  EXPECT_EQ(refused.retry_after(), milliseconds{9100});
  clock_->Advance(milliseconds{9100});
  EXPECT_OK(Post("c"));
}

TEST_F(AdmissionTest, ABatchOverSeveralPrefixesNeedsThemAll) {
  OpenWith({.prefixes = {{.prefix = "a", .limit = {.posts_per_second = 1}}, {.prefix = "b"}}});
  EXPECT_OK(Post("a"));
  const std::vector<NewMessage> both = {{.channel = "b", .content = "x"}, {.channel = "a", .content = "x"}};
  EXPECT_CODE(store_->posts().PostBatch(both, {}), StatusCode::kBusy);
  clock_->Advance(milliseconds{1000});
  EXPECT_OK(store_->posts().PostBatch(both, {}));
}

TEST_F(AdmissionTest, EditsAndRecordsCountByBytesAndDeletionsDoNot) {
  OpenWith({.prefixes = {{.prefix = "c", .limit = {.bytes_per_second = 100}}}});
  const auto id = store_->posts().Post({.channel = "c", .content = "x"}, {});
  ASSERT_OK(id);
  EXPECT_OK(store_->messages().Edit("c", *id, {.content = std::string(60, 'e')}, {}));
  EXPECT_CODE(store_->messages().Edit("c", *id, {.content = std::string(60, 'e')}, {}), StatusCode::kBusy);
  EXPECT_CODE(store_->records().Put("c", "k", std::string(60, 'v'), {}), StatusCode::kBusy);
  EXPECT_OK(store_->messages().Delete("c", *id, {}));
}

TEST_F(AdmissionTest, AnEditPassesWhileOnlyPostsAreOverTheirLimit) {
  OpenWith({.prefixes = {{.prefix = "c", .limit = {.posts_per_second = 1}}}});
  const auto id = store_->posts().Post({.channel = "c", .content = "x"}, {});
  ASSERT_OK(id);
  EXPECT_CODE(Post("c"), StatusCode::kBusy);
  EXPECT_OK(store_->messages().Edit("c", *id, {.content = "e"}, {}));
}

TEST_F(AdmissionTest, TheStoresLimitIsSharedByWeight) {
  OpenWith({.store = {.posts_per_second = 1000, .burst_posts = 100},
            .prefixes = {{.prefix = "big/", .weight = 8}, {.prefix = "small/", .weight = 1}}});
  int big = 0;
  int small = 0;
  for (int ms = 0; ms < 2000; ++ms) {
    clock_->Advance(milliseconds{1});
    while (Post("small/c").ok()) ++small;
    while (Post("big/c").ok()) ++big;
  }
  EXPECT_GE(big, 1600 * 95 / 100);
  EXPECT_GE(small, 200 * 95 / 100);
  EXPECT_LE(big + small, 2100);
}

TEST_F(AdmissionTest, WhatPassedAndWhatDidNotIsCountedByPrefix) {
  OpenWith({.prefixes = {{.prefix = "c", .limit = {.posts_per_second = 2}}}});
  EXPECT_EQ(PostsUntilRefused("c"), 2);
  EXPECT_OK(Post("other"));
  const AdmissionStats stats = store_->Stats().admission;
  EXPECT_EQ(stats.admitted, 3U);
  EXPECT_EQ(stats.refused, 1U);
  ASSERT_EQ(stats.prefixes.size(), 2U);
  EXPECT_EQ(stats.prefixes[0].prefix, "c");
  EXPECT_EQ(stats.prefixes[0].admitted, 2U);
  EXPECT_EQ(stats.prefixes[0].refused, 1U);
  EXPECT_EQ(stats.prefixes[1].admitted, 1U);
}

TEST(AdmissionChecks, NameTheBadField) {
  const auto problem = [](const AdmissionOptions& options) { return store::CheckAdmission(options).ToString(); };
  EXPECT_EQ(problem({}), "OK");
  EXPECT_THAT(problem({.store = {.posts_per_second = 0}}), HasSubstr("admission.store.posts_per_second"));
  EXPECT_THAT(problem({.store = {.posts_per_second = 1, .burst_posts = 0}}), HasSubstr("admission.store.burst_posts"));
  EXPECT_THAT(problem({.store = {.burst_bytes = 5}}), HasSubstr("admission.store.burst_bytes"));
  EXPECT_THAT(problem({.store = {.bytes_per_second = static_cast<std::uint64_t>(-5)}}),
              HasSubstr("admission.store.bytes_per_second"));
  EXPECT_THAT(problem({.prefixes = {{.prefix = ""}}}), HasSubstr("admission.prefixes[0].prefix"));
  EXPECT_THAT(problem({.prefixes = {{.prefix = "a"}, {.prefix = "a"}}}),
              HasSubstr("admission.prefixes[1].prefix \"a\""));
  EXPECT_THAT(problem({.prefixes = {{.prefix = "a", .weight = 0}}}), HasSubstr("admission.prefixes[0].weight"));
  EXPECT_THAT(problem({.prefixes = {{.prefix = "a", .limit = {.bytes_per_second = 0}}}}),
              HasSubstr("admission.prefixes[0].limit.bytes_per_second"));
  EXPECT_THAT(problem({.prefixes = std::vector<PrefixAdmission>(65)}), HasSubstr("admission.prefixes"));
}

}  // namespace
}  // namespace rookery::testing
