#include <gtest/gtest.h>

#include <vector>

#include "tests/cache/policy_shelf.h"

namespace rookery::cache {
namespace {

using testing::PolicyShelf;

TEST(FifoPolicy, EvictsTheOldestFirst) {
  PolicyShelf shelf(CachePolicy::kFifo);
  for (const int key : {3, 1, 4, 5, 9}) shelf.Insert(key);
  EXPECT_EQ(shelf.EvictAll(), (std::vector<int>{3, 1, 4, 5, 9}));
}

TEST(FifoPolicy, IgnoresHits) {
  PolicyShelf shelf(CachePolicy::kFifo);
  for (const int key : {1, 2, 3}) shelf.Insert(key);
  shelf.Hit(1, 10);
  EXPECT_EQ(shelf.Evict(), 1);
}

TEST(FifoPolicy, ClosesTheGapOfAnErasedEntry) {
  PolicyShelf shelf(CachePolicy::kFifo);
  for (const int key : {1, 2, 3, 4, 5}) shelf.Insert(key);
  for (const int key : {1, 3, 5}) shelf.Erase(key);
  shelf.Insert(1);
  EXPECT_EQ(shelf.EvictAll(), (std::vector<int>{2, 4, 1}));
}

}  // namespace
}  // namespace rookery::cache
