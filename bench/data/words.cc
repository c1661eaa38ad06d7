#include "bench/data/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace rookery::bench {
namespace {

constexpr std::size_t kVocabulary = 6000;
constexpr double kWordExponent = 1.0;  // Zipf's law as it holds for natural language

constexpr std::array<std::string_view, 16> kOnsets = {"b", "d", "f", "g", "h", "k",  "l",  "m",
                                                      "n", "p", "r", "s", "t", "st", "tr", "w"};
constexpr std::array<std::string_view, 8> kVowels = {"a", "e", "i", "o", "u", "ai", "ea", "ou"};
constexpr std::array<std::string_view, 8> kCodas = {"", "", "n", "r", "s", "t", "l", "nd"};

template <std::size_t N>
std::string_view Any(const std::array<std::string_view, N>& parts, Random* random) {
  return parts[random->Below(N)];
}

std::string MakeWord(std::size_t syllables, Random* random) {
  std::string word;
  for (std::size_t i = 0; i < syllables; ++i) {
    word.append(Any(kOnsets, random)).append(Any(kVowels, random)).append(Any(kCodas, random));
  }
  return word;
}

}  // namespace

Words::Words(std::uint64_t seed) : frequency_(kVocabulary, kWordExponent) {
  Random random(seed);
  words_.reserve(kVocabulary);
  // Frequent words are short.
  for (std::size_t i = 0; i < kVocabulary; ++i) words_.push_back(MakeWord(i < 100 ? 1 : 1 + random.Below(3), &random));
}

void Words::AppendText(std::size_t bytes, Random* random, std::string* text) const {
  const std::size_t begin = text->size();
  const std::size_t end = begin + bytes;
  while (text->size() < end) AppendToken(random, text);
  text->resize(end);
  if (bytes > 0) (*text)[begin] = static_cast<char>(std::toupper(static_cast<unsigned char>((*text)[begin])));
}

void Words::AppendToken(Random* random, std::string* text) const {
  const std::uint64_t kind = random->Below(100);
  if (kind == 0) {
    text->append("https://").append(Draw(random)).append(".example/").append(std::to_string(random->Next()));
  } else if (kind == 1) {
    text->append("@").append(Draw(random));
  } else if (kind == 2) {
    text->append(std::to_string(random->Below(10'000)));
  } else {
    text->append(Draw(random));
  }
  text->append(kind < 12 ? ". " : kind < 20 ? ", " : " ");
}

}  // namespace rookery::bench
