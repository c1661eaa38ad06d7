// Random values that a failure can be repeated with: the seed is fixed, unless ROOKERY_TEST_SEED gives another, and
// SCOPED_TRACE(random.trace()) prints it with every failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace rookery::testing {

/// Owned by one thread.
class SeededRandom {
 public:
  explicit SeededRandom(std::uint64_t default_seed) : seed_(SeedOr(default_seed)), engine_(seed_) {}

  std::string trace() const { return "ROOKERY_TEST_SEED=" + std::to_string(seed_); }

  std::uint64_t Next() { return engine_(); }
  /// 0..bound - 1. REQUIRES: bound > 0.
  std::uint64_t Below(std::uint64_t bound) { return engine_() % bound; }
  bool OneIn(std::uint64_t times) { return Below(times) == 0; }

  /// `size` bytes of `alphabet`; any bytes if it is empty.
  std::string Bytes(std::size_t size, std::string_view alphabet = {}) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = alphabet.empty() ? static_cast<char>(Next()) : alphabet[Below(alphabet.size())];
    return bytes;
  }

  /// A name of 1..max_size bytes that is hard on encodings: mostly short, full of 0x00, 0x01 and 0xFF, at times as long
  /// as may be.
  std::string HostileName(std::size_t max_size) {
    constexpr std::string_view kAlphabet{
        "\x00\x00\x00\x01\xFE\xFF\xFF"
        "ab",
        9};
    const std::size_t size = OneIn(50) ? max_size : 1 + Below(OneIn(10) ? max_size : 6);
    return Bytes(size, OneIn(4) ? std::string_view{} : kAlphabet);
  }

 private:
  static std::uint64_t SeedOr(std::uint64_t default_seed) {
    const char* text = std::getenv("ROOKERY_TEST_SEED");
    return text == nullptr ? default_seed : std::strtoull(text, nullptr, 10);
  }

  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace rookery::testing
