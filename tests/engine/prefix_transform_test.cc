#include "engine/rocksdb/prefix_transform.h"

#include <gtest/gtest.h>
#include <rocksdb/slice_transform.h>

#include "tests/engine/engine_under_test.h"

namespace rookery::engine {
namespace {

std::size_t FourBytes(std::string_view key) { return key.size() < 4 ? 0 : 4; }
const PrefixRule kFourBytes{.name = "test.four", .length = FourBytes};

TEST(PrefixTransform, FollowsTheRule) {
  const auto transform = NewPrefixTransform(SlashRule());
  EXPECT_STREQ(transform->Name(), "test.slash");
  EXPECT_TRUE(transform->InDomain("ab/c"));
  EXPECT_EQ(transform->Transform("ab/c").ToString(), "ab/");
  EXPECT_FALSE(transform->InDomain("abc"));
}

TEST(PrefixTransform, KeyWithoutAPrefixHasAnEmptyOne) {
  EXPECT_EQ(NewPrefixTransform(SlashRule())->Transform("abc").ToString(), "");
}

TEST(PrefixTransform, NoRuleIsNoTransform) {
  EXPECT_EQ(NewPrefixTransform(PrefixRule{}), nullptr);
  EXPECT_FALSE(WithinOnePrefix(PrefixRule{}, "a/", "a0"));
}

TEST(WithinOnePrefix, HoldsForBoundsOfOnePrefix) {
  EXPECT_TRUE(WithinOnePrefix(SlashRule(), "a/", "a0"));
  EXPECT_TRUE(WithinOnePrefix(SlashRule(), "a/3", "a/7"));
  EXPECT_TRUE(WithinOnePrefix(SlashRule(), "a/3", "a0"));
}

TEST(WithinOnePrefix, FailsForBoundsOfSeveralPrefixes) {
  EXPECT_FALSE(WithinOnePrefix(SlashRule(), "a/", "b/"));
  EXPECT_FALSE(WithinOnePrefix(SlashRule(), "a/", "a1"));
  EXPECT_FALSE(WithinOnePrefix(SlashRule(), "a/", ""));
  EXPECT_FALSE(WithinOnePrefix(SlashRule(), "", "a/"));
  EXPECT_FALSE(WithinOnePrefix(SlashRule(), "a", "b"));
}

TEST(WithinOnePrefix, FailsWhereTheEndHasAPrefixOfItsOwn) { EXPECT_FALSE(WithinOnePrefix(kFourBytes, "aaaa", "aaab")); }

TEST(WithinOnePrefix, FailsWhereThePrefixHasNoEndOfItsLength) {
  EXPECT_FALSE(WithinOnePrefix(kFourBytes, "aaa\xFF", "aab"));
}

}  // namespace
}  // namespace rookery::engine
