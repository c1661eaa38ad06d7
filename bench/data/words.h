// Text that packs and reads about as chat does: made-up words in sentences, with a mention, a link or a number at
// times.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/data/random.h"
#include "bench/data/zipf.h"

namespace rookery::bench {

/// A vocabulary; the same seed makes the same one. Immutable.
class Words {
 public:
  explicit Words(std::uint64_t seed);

  /// Appends exactly `bytes` bytes of text.
  void AppendText(std::size_t bytes, Random* random, std::string* text) const;
  /// One word, for names.
  const std::string& Draw(Random* random) const { return words_[frequency_.Draw(random)]; }

 private:
  void AppendToken(Random* random, std::string* text) const;

  std::vector<std::string> words_;  // the most frequent first
  Zipf frequency_;
};

}  // namespace rookery::bench
