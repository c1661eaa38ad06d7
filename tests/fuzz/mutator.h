// Damages inputs in the ways that decoders trip over: flipped bits, telling numbers, cuts, repeats and splices.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/seeded_random.h"

namespace rookery::testing {

/// Deterministic for a seed. Owned by one thread.
class Mutator {
 public:
  /// REQUIRES: `seeds` is not empty.
  Mutator(std::vector<std::string> seeds, std::uint64_t seed) : seeds_(std::move(seeds)), random_(seed) {}

  /// A seed with one to eight damages.
  std::string Next();
  std::string trace() const { return random_.trace(); }

 private:
  void FlipBit(std::string* input);
  void SetByte(std::string* input);
  void SetNumber(std::string* input);
  void Insert(std::string* input);
  void Erase(std::string* input);
  void Repeat(std::string* input);
  void Truncate(std::string* input);
  void Splice(std::string* input);

  /// Where in the input to work, its end included if `end`.
  std::size_t Position(const std::string& input, bool end = false);
  const std::string& AnySeed() { return seeds_[random_.Below(seeds_.size())]; }

  std::vector<std::string> seeds_;
  SeededRandom random_;
};

}  // namespace rookery::testing
