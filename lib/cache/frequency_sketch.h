// How often keys were seen of late, in about six bytes a key: a count-min sketch of 4-bit counters that ages.
//
// Idea: a key has four counters, all in one block of 64 bytes, which is one cache line; its estimate is the least of
// them. After every ten times as many counts as the sketch has keys, a new era begins, in which every count is worth
// half (TinyLFU: G. Einziger et al., 2017). A block knows the era of its counts and is halved when it is touched next,
// so no caller ever waits for the whole table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rookery::cache {

/// Not thread-safe.
class FrequencySketch {
 public:
  static constexpr unsigned kMaxCount = 15;

  FrequencySketch() { SetCapacity(0); }

  /// Keys that it is to tell apart. Growing keeps all counts, shrinking forgets them.
  void SetCapacity(std::size_t keys);
  std::size_t capacity() const { return blocks_.size() * kKeysPerBlock; }

  void Add(std::uint64_t hash, unsigned times = 1);
  /// At least how often the key was added in this era and, halved for each, in those before; at most kMaxCount.
  unsigned Estimate(std::uint64_t hash) const;

  std::size_t memory_bytes() const { return blocks_.capacity() * sizeof(Block); }

 private:
  static constexpr std::size_t kKeysPerBlock = 16;
  static constexpr std::size_t kRows = 4;

  struct alignas(64) Block {
    std::array<std::uint64_t, 8> words{};  // two words a row; the top byte of the last word is the era
  };
  /// Where a key's counters are: the block, and in each row a word of the block and a shift in it.
  struct Place {
    std::size_t block;
    std::array<std::uint8_t, kRows> word;
    std::array<std::uint8_t, kRows> shift;
  };

  Place PlaceOf(std::uint64_t hash) const;
  unsigned Least(const Block& block, const Place& place) const;
  static unsigned CounterOf(const Block& block, const Place& place, std::size_t row);
  static std::uint8_t EraOf(const Block& block);
  void Age(Block* block) const;
  void CountAddition();

  std::vector<Block> blocks_;  // a power of two of them
  std::size_t additions_ = 0;  // in this era
  std::uint8_t era_ = 0;
};

}  // namespace rookery::cache
