// All that a round of a rig chooses, from the round's own seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace rookery::torture {

/// Owned by one thread.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t Next() { return engine_(); }
  /// 0..bound - 1. REQUIRES: bound > 0.
  std::uint64_t Below(std::uint64_t bound) { return engine_() % bound; }
  bool OneIn(std::uint64_t times) { return Below(times) == 0; }
  /// So many bytes that do not pack well.
  std::string Bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>('!' + Below(90));
    return bytes;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace rookery::torture
