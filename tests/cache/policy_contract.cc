// What every eviction policy keeps, whatever it prefers: it never loses an entry and never invents one.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tests/cache/policy_shelf.h"
#include "tests/support/seeded_random.h"

namespace rookery::cache {
namespace {

using testing::PolicyShelf;

struct Contender {
  std::string name;
  CachePolicy policy;
  bool respects_hits;
};

void PrintTo(const Contender& contender, std::ostream* out) { *out << contender.name; }

std::vector<int> Sorted(std::vector<int> keys) {
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::vector<int> UpTo(int end) {
  std::vector<int> keys(static_cast<std::size_t>(end));
  std::iota(keys.begin(), keys.end(), 0);
  return keys;
}

class PolicyContract : public ::testing::TestWithParam<Contender> {
 protected:
  PolicyShelf New(std::size_t capacity = PolicyShelf::kUnlimited) { return PolicyShelf(GetParam().policy, capacity); }
};

TEST_P(PolicyContract, HasNoVictimWhenEmpty) {
  PolicyShelf shelf = New();
  EXPECT_EQ(shelf.Evict(), std::nullopt);
  shelf.Insert(1);
  shelf.Erase(1);
  EXPECT_EQ(shelf.Evict(), std::nullopt);
}

TEST_P(PolicyContract, GivesTheOnlyEntry) {
  PolicyShelf shelf = New();
  shelf.Insert(7);
  shelf.Hit(7, 100);
  EXPECT_EQ(shelf.Evict(), 7);
  EXPECT_EQ(shelf.Evict(), std::nullopt);
}

TEST_P(PolicyContract, GivesEachEntryOnce) {
  for (const std::size_t capacity : {std::size_t{1}, std::size_t{500}, PolicyShelf::kUnlimited}) {
    PolicyShelf shelf = New(capacity);
    for (int key = 0; key < 1000; ++key) shelf.Insert(key);
    EXPECT_EQ(Sorted(shelf.EvictAll()), UpTo(1000));
    EXPECT_EQ(shelf.policy().PickVictim(), nullptr);
  }
}

TEST_P(PolicyContract, GivesEachEntryOnceHoweverOftenItWasHit) {
  PolicyShelf shelf = New(500);
  for (int key = 0; key < 1000; ++key) shelf.Insert(key);
  for (int key = 0; key < 1000; ++key) shelf.Hit(key, key % 7);
  EXPECT_EQ(Sorted(shelf.EvictAll()), UpTo(1000));
}

TEST_P(PolicyContract, ForgetsWhatIsErasedInAnyOrder) {
  testing::SeededRandom random(5);
  SCOPED_TRACE(random.trace());
  PolicyShelf shelf = New(100);
  for (int key = 0; key < 1000; ++key) shelf.Insert(key);
  std::vector<int> gone;
  while (shelf.size() > 400) {
    const int key = shelf.AnyKey(random.Next());
    shelf.Erase(key);
    gone.push_back(key);
  }
  const std::vector<int> rest = shelf.EvictAll();
  EXPECT_EQ(rest.size(), 400U);
  gone.insert(gone.end(), rest.begin(), rest.end());
  EXPECT_EQ(Sorted(gone), UpTo(1000));
}

TEST_P(PolicyContract, ErasesWhatItWasAboutToEvict) {
  PolicyShelf shelf = New(10);
  for (int key = 0; key < 100; ++key) shelf.Insert(key);
  for (int i = 0; i < 40; ++i) shelf.Evict();
  while (shelf.size() > 0) shelf.Erase(shelf.AnyKey(0));
  EXPECT_EQ(shelf.Evict(), std::nullopt);
}

TEST_P(PolicyContract, WorksOnAfterItWasEmptied) {
  PolicyShelf shelf = New(10);
  for (int round = 0; round < 3; ++round) {
    for (int key = 0; key < 50; ++key) shelf.Insert(key);
    EXPECT_EQ(Sorted(shelf.EvictAll()), UpTo(50));
  }
}

TEST_P(PolicyContract, TakesItemsOfAnyCharge) {
  PolicyShelf shelf = New(1000);
  for (int key = 0; key < 200; ++key) shelf.Access(key, key % 20 == 0 ? 900 : 1 + static_cast<std::size_t>(key) % 5);
  EXPECT_LE(shelf.charge(), 1000U);
  shelf.Access(1000, 5000);
  EXPECT_EQ(shelf.EvictAll(), std::vector<int>{1000});
}

TEST_P(PolicyContract, LivesWithAnotherCapacity) {
  PolicyShelf shelf = New(100);
  for (const std::size_t capacity : {1000, 10, 0, 300}) {
    shelf.SetCapacity(capacity);
    for (int key = 0; key < 2000; ++key) shelf.Access(key);
    EXPECT_LE(shelf.charge(), std::max<std::size_t>(1, capacity));
  }
  EXPECT_EQ(shelf.EvictAll().size(), 300U);
}

TEST_P(PolicyContract, GivesTheSameVictimsForTheSameSeed) {
  const auto run = [this] {
    PolicyShelf shelf = New(50);
    for (int i = 0; i < 3000; ++i) shelf.Access(i * i % 173);
    return shelf.EvictAll();
  };
  EXPECT_EQ(run(), run());
}

TEST_P(PolicyContract, KeepsWhatIsHitAllTheTime) {
  constexpr int kHot = 20;
  PolicyShelf shelf = New(100);
  int misses = 0;
  for (int i = 0; i < 5000; ++i) {
    for (int key = 0; key < kHot; ++key) misses += shelf.Access(key) ? 0 : 1;
    shelf.Access(kHot + i);
  }
  if (GetParam().respects_hits) {
    EXPECT_EQ(misses, kHot);
  } else {
    EXPECT_GT(misses, 10 * kHot);
  }
}

TEST_P(PolicyContract, GivesItsMemoryBack) {
  PolicyShelf shelf = New();
  for (int key = 0; key < 100'000; ++key) shelf.Insert(key);
  EXPECT_LE(shelf.policy().memory_bytes(), 16U * 100'000);
  while (shelf.size() > 0) shelf.Erase(shelf.AnyKey(0));
  shelf.Insert(0);
  EXPECT_LE(shelf.policy().memory_bytes(), 8192U);
}

TEST_P(PolicyContract, NeverLosesOrInventsAnEntry) {
  testing::SeededRandom random(11);
  SCOPED_TRACE(random.trace());
  PolicyShelf shelf = New(300);
  // Evict and AnyKey answer from the shelf's own map: a key that the policy gives twice is not in it any more.
  for (int i = 0; i < 100'000; ++i) {
    const auto choice = random.Below(100);
    if (choice < 50) {
      shelf.Access(static_cast<int>(random.Below(2000)), 1 + random.Below(3));
    } else if (shelf.size() > 0 && choice < 80) {
      shelf.Hit(shelf.AnyKey(random.Next()));
    } else if (shelf.size() > 0 && choice < 95) {
      shelf.Erase(shelf.AnyKey(random.Next()));
    } else if (choice < 99) {
      shelf.Evict();
    } else {
      shelf.SetCapacity(100 + random.Below(400));
    }
  }
  const std::size_t left = shelf.size();
  EXPECT_EQ(shelf.EvictAll().size(), left);
  EXPECT_EQ(shelf.size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    AllPolicies, PolicyContract,
    ::testing::Values(Contender{"Adaptive", CachePolicy::kAdaptive, true}, Contender{"Lru", CachePolicy::kLru, true},
                      Contender{"ExactLru", CachePolicy::kExactLru, true}, Contender{"Lfu", CachePolicy::kLfu, true},
                      Contender{"Fifo", CachePolicy::kFifo, false}, Contender{"Random", CachePolicy::kRandom, false}),
    [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace rookery::cache
