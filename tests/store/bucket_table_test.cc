#include "store/buckets/bucket_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace rookery::store {
namespace {

BucketEntry EntryOf(std::uint64_t hash, std::uint64_t number) {
  return {.hash = hash, .channel = std::to_string(number), .buckets = ChannelBuckets(), .generation = number};
}

TEST(BucketTableTest, FindsWhatIsInsertedAndNotErased) {
  std::mt19937_64 random(1);
  BucketTable table;
  std::map<std::uint64_t, BucketEntry*> expected;
  // Few hashes, next to each other: many ways overlap, and they wrap round the table's end.
  const auto hash_of = [](std::uint64_t number) { return ((number * number) % 7 + 12) << BucketTable::kHashBitsSpent; };
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t number = random() % (step < 10'000 ? 24 : 200);
    BucketEntry* const found = table.Find(hash_of(number), std::to_string(number));
    const auto known = expected.find(number);
    ASSERT_EQ(found, known == expected.end() ? nullptr : known->second) << "step " << step;
    if (found == nullptr) {
      expected[number] = &table.Insert(EntryOf(hash_of(number), number));
    } else if (random() % 2 == 0) {
      table.Erase(*found);
      expected.erase(known);
    }
    ASSERT_EQ(table.size(), expected.size());
  }
  for (const auto& [number, entry] : expected) EXPECT_EQ(entry->generation, number);
  table.Clear();
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.Find(hash_of(1), "1"), nullptr);
}

TEST(BucketTableTest, GuessesByTheHashAlone) {
  BucketTable table;
  EXPECT_EQ(table.Guess(5), nullptr);
  const BucketEntry& entry = table.Insert(EntryOf(5, 1));
  EXPECT_EQ(table.Guess(5), &entry);
  EXPECT_EQ(table.Guess(6), nullptr);
  EXPECT_EQ(table.Find(5, "another"), nullptr);
}

}  // namespace
}  // namespace rookery::store
