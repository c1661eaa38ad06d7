#include "cache/frequency_sketch.h"

#include <algorithm>
#include <bit>

#include "cache/split_mix.h"

namespace rookery::cache {
namespace {

constexpr std::size_t kAdditionsPerKey = 10;
constexpr std::size_t kFewestBlocks = 64;  // a few blocks would be full of collisions, and of noise
constexpr unsigned kCounterBits = 4;
constexpr unsigned kCountersPerRow = 32;
constexpr unsigned kCountersPerWord = 64 / kCounterBits;
constexpr unsigned kEraShift = 56;
constexpr std::uint64_t kEraMask = std::uint64_t{0xFF} << kEraShift;
constexpr std::uint64_t kHalfMask = 0x7777'7777'7777'7777;

}  // namespace

void FrequencySketch::SetCapacity(std::size_t keys) {
  const std::size_t wanted =
      std::bit_ceil(std::max<std::size_t>(kFewestBlocks, (keys + kKeysPerBlock - 1) / kKeysPerBlock));
  if (wanted < blocks_.size()) {
    blocks_ = std::vector<Block>(wanted);
    additions_ = 0;
    return;
  }
  // The lowest bits choose the block, so a key's new block is a copy of its old one.
  const std::size_t old = std::max<std::size_t>(1, blocks_.size());
  blocks_.resize(wanted);
  for (std::size_t i = old; i < wanted; ++i) blocks_[i] = blocks_[i & (old - 1)];
}

FrequencySketch::Place FrequencySketch::PlaceOf(std::uint64_t hash) const {
  // Whoever splits keys by some bits of their hash may have left only keys that agree in these.
  const std::uint64_t mixed = Mix(hash);
  Place place{.block = static_cast<std::size_t>(mixed >> 32) & (blocks_.size() - 1), .word = {}, .shift = {}};
  for (std::size_t row = 0; row < kRows; ++row) {
    unsigned counter = static_cast<unsigned>(mixed >> (row * 5)) % kCountersPerRow;
    const bool holds_era = row == kRows - 1 && counter >= kCountersPerRow - 2;
    if (holds_era) counter -= kCountersPerWord;
    place.word[row] = static_cast<std::uint8_t>(row * 2 + counter / kCountersPerWord);
    place.shift[row] = static_cast<std::uint8_t>(counter % kCountersPerWord * kCounterBits);
  }
  return place;
}

unsigned FrequencySketch::CounterOf(const Block& block, const Place& place, std::size_t row) {
  return static_cast<unsigned>(block.words[place.word[row]] >> place.shift[row]) & kMaxCount;
}

unsigned FrequencySketch::Least(const Block& block, const Place& place) const {
  unsigned least = kMaxCount;
  for (std::size_t row = 0; row < kRows; ++row) least = std::min(least, CounterOf(block, place, row));
  return least;
}

std::uint8_t FrequencySketch::EraOf(const Block& block) {
  return static_cast<std::uint8_t>(block.words.back() >> kEraShift);
}

void FrequencySketch::Age(Block* block) const {
  const auto behind = static_cast<std::uint8_t>(era_ - EraOf(*block));
  for (unsigned i = 0; i < std::min<unsigned>(behind, kCounterBits); ++i) {
    for (std::uint64_t& word : block->words) word = (word >> 1) & kHalfMask;
  }
  block->words.back() = (block->words.back() & ~kEraMask) | std::uint64_t{era_} << kEraShift;
}

void FrequencySketch::Add(std::uint64_t hash, unsigned times) {
  const Place place = PlaceOf(hash);
  Block& block = blocks_[place.block];
  Age(&block);
  // Only the least counters go up, as the others already count other keys too.
  const unsigned count = std::min(kMaxCount, Least(block, place) + times);
  for (std::size_t row = 0; row < kRows; ++row) {
    const unsigned counter = CounterOf(block, place, row);
    if (counter < count) block.words[place.word[row]] += std::uint64_t{count - counter} << place.shift[row];
  }
  additions_ += times;
  if (additions_ < kAdditionsPerKey * capacity()) return;
  additions_ = 0;
  ++era_;
}

unsigned FrequencySketch::Estimate(std::uint64_t hash) const {
  const Place place = PlaceOf(hash);
  const Block& block = blocks_[place.block];
  const auto behind = static_cast<std::uint8_t>(era_ - EraOf(block));
  return behind > kCounterBits ? 0 : Least(block, place) >> behind;
}

}  // namespace rookery::cache
