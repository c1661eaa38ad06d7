#include "cache/frequency_sketch.h"

#include <gtest/gtest.h>

#include "cache/split_mix.h"

namespace rookery::cache {
namespace {

std::uint64_t Hash(std::uint64_t key) { return Mix(key); }

TEST(FrequencySketch, KnowsNothingAtFirst) {
  const FrequencySketch sketch;
  for (std::uint64_t key = 0; key < 100; ++key) EXPECT_EQ(sketch.Estimate(Hash(key)), 0U);
}

TEST(FrequencySketch, NeverEstimatesTooLittle) {
  FrequencySketch sketch;
  sketch.SetCapacity(1000);
  for (std::uint64_t key = 0; key < 500; ++key) sketch.Add(Hash(key), static_cast<unsigned>(key % 16));
  for (std::uint64_t key = 0; key < 500; ++key) EXPECT_GE(sketch.Estimate(Hash(key)), key % 16);
}

TEST(FrequencySketch, SeldomEstimatesTooMuch) {
  FrequencySketch sketch;
  sketch.SetCapacity(1024);
  for (std::uint64_t key = 0; key < 1024; ++key) sketch.Add(Hash(key), 2);
  int wrong = 0;
  for (std::uint64_t key = 0; key < 1024; ++key) wrong += sketch.Estimate(Hash(key)) != 2 ? 1 : 0;
  for (std::uint64_t key = 2000; key < 3000; ++key) wrong += sketch.Estimate(Hash(key)) > 0 ? 1 : 0;
  EXPECT_LT(wrong, 100);
}

TEST(FrequencySketch, StopsAtFifteen) {
  FrequencySketch sketch;
  sketch.Add(Hash(1), 100);
  sketch.Add(Hash(1));
  EXPECT_EQ(sketch.Estimate(Hash(1)), FrequencySketch::kMaxCount);
}

/// Adds keys that nobody asks for until a new era begins.
void PassAnEra(FrequencySketch* sketch) {
  sketch->Add(Hash(1), 12);
  for (std::uint64_t key = 1'000'000; sketch->Estimate(Hash(1)) == 12; ++key) sketch->Add(Hash(key), 1);
}

TEST(FrequencySketch, HalvesCountsInEachEra) {
  FrequencySketch sketch;
  PassAnEra(&sketch);
  EXPECT_EQ(sketch.Estimate(Hash(1)), 6U);
}

TEST(FrequencySketch, ForgetsKeysThatAreNotSeenAgain) {
  FrequencySketch sketch;
  for (std::uint64_t key = 0; key < 100; ++key) sketch.Add(Hash(key), 15);
  for (std::uint64_t i = 0; i < 6 * 10 * sketch.capacity(); ++i) sketch.Add(Hash(5000));
  int remembered = 0;
  for (std::uint64_t key = 0; key < 100; ++key) remembered += sketch.Estimate(Hash(key)) > 0 ? 1 : 0;
  EXPECT_LT(remembered, 5);
  EXPECT_GE(sketch.Estimate(Hash(5000)), 7U);
}

TEST(FrequencySketch, KeepsItsCountsWhenItGrows) {
  FrequencySketch sketch;
  for (std::uint64_t key = 0; key < 500; ++key) sketch.Add(Hash(key), static_cast<unsigned>(key % 16));
  sketch.SetCapacity(64 * sketch.capacity());
  for (std::uint64_t key = 0; key < 500; ++key) EXPECT_GE(sketch.Estimate(Hash(key)), key % 16);
}

TEST(FrequencySketch, TakesAboutSixBytesAKey) {
  FrequencySketch sketch;
  for (const std::size_t keys : {10'000, 100'000, 1'000'000}) {
    sketch.SetCapacity(keys);
    EXPECT_GE(sketch.capacity(), keys);
    EXPECT_LE(sketch.memory_bytes(), 8 * keys);
  }
}

TEST(FrequencySketch, ShrinksAndStartsAnew) {
  FrequencySketch sketch;
  sketch.SetCapacity(1'000'000);
  sketch.Add(Hash(1), 9);
  sketch.SetCapacity(10);
  EXPECT_LE(sketch.memory_bytes(), 4096U);
  EXPECT_EQ(sketch.Estimate(Hash(1)), 0U);
}

TEST(FrequencySketch, TellsKeysApartWhoseHashesAgreeInHalfOfTheirBits) {
  for (const unsigned shift : {0U, 32U}) {
    FrequencySketch sketch;
    for (std::uint64_t key = 0; key < 500; ++key) sketch.Add(key << shift, 3);
    int wrong = 0;
    for (std::uint64_t key = 500; key < 1000; ++key) wrong += sketch.Estimate(key << shift) > 0 ? 1 : 0;
    EXPECT_LT(wrong, 50);
  }
}

}  // namespace
}  // namespace rookery::cache
