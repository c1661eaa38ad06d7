#include <gtest/gtest.h>

#include <vector>

#include "tests/cache/policy_shelf.h"

namespace rookery::cache {
namespace {

using testing::PolicyShelf;

TEST(ExactLruPolicy, EvictsLeastRecentlyUsedFirst) {
  PolicyShelf shelf(CachePolicy::kExactLru);
  for (const int key : {1, 2, 3, 4}) shelf.Insert(key);
  for (const int key : {1, 3, 1, 4, 4}) shelf.Hit(key);
  EXPECT_EQ(shelf.EvictAll(), (std::vector<int>{2, 3, 1, 4}));
}

TEST(ExactLruPolicy, AnInsertionIsAUse) {
  PolicyShelf shelf(CachePolicy::kExactLru);
  shelf.Insert(1);
  shelf.Hit(1);
  shelf.Insert(2);
  EXPECT_EQ(shelf.Evict(), 1);
}

TEST(ExactLruPolicy, HowOftenDoesNotCount) {
  PolicyShelf shelf(CachePolicy::kExactLru);
  for (const int key : {1, 2}) shelf.Insert(key);
  shelf.Hit(1, 100);
  shelf.Hit(2);
  EXPECT_EQ(shelf.Evict(), 1);
}

}  // namespace
}  // namespace rookery::cache
