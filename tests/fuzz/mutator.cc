#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace rookery::testing {
namespace {

/// Inputs do not grow beyond their seeds by more than this.
constexpr std::size_t kMaxInserted = 64;

constexpr std::array<std::uint64_t, 12> kTellingNumbers{
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF};

}  // namespace

std::string Mutator::Next() {
  using Damage = void (Mutator::*)(std::string*);
  static constexpr std::array<Damage, 8> kDamages{&Mutator::FlipBit,  &Mutator::SetByte, &Mutator::SetNumber,
                                                  &Mutator::Insert,   &Mutator::Erase,   &Mutator::Repeat,
                                                  &Mutator::Truncate, &Mutator::Splice};
  std::string input = AnySeed();
  // Half of them with one damage only: those come furthest into a decoder.
  for (std::uint64_t count = random_.OneIn(2) ? 1 : 1 + random_.Below(8); count > 0; --count) {
    const Damage damage = input.empty() ? &Mutator::Insert : kDamages[random_.Below(kDamages.size())];
    (this->*damage)(&input);
  }
  return input;
}

std::size_t Mutator::Position(const std::string& input, bool end) {
  // Headers and counts are at the front, so it is hit more often than its share.
  const std::size_t size = input.size() + (end ? 1 : 0);
  return random_.Below(random_.OneIn(3) ? std::min<std::size_t>(size, 32) : size);
}

void Mutator::FlipBit(std::string* input) {
  char& byte = (*input)[Position(*input)];
  byte = static_cast<char>(byte ^ (1 << random_.Below(8)));
}

void Mutator::SetByte(std::string* input) { (*input)[Position(*input)] = static_cast<char>(random_.Next()); }

void Mutator::SetNumber(std::string* input) {
  const std::size_t at = Position(*input);
  const std::size_t width = std::min<std::size_t>(std::size_t{1} << random_.Below(4), input->size() - at);
  const std::uint64_t number = random_.OneIn(3) ? random_.Below(256) : kTellingNumbers[random_.Below(12)];
  const bool big_endian = random_.OneIn(2);
  for (std::size_t i = 0; i < width; ++i) {
    (*input)[at + i] = static_cast<char>(number >> 8 * (big_endian ? width - 1 - i : i));
  }
}

void Mutator::Insert(std::string* input) {
  const std::size_t count = 1 + random_.Below(random_.OneIn(4) ? kMaxInserted : 4);
  input->insert(Position(*input, /*end=*/true), random_.Bytes(count));
}

void Mutator::Erase(std::string* input) { input->erase(Position(*input), 1 + random_.Below(8)); }

void Mutator::Repeat(std::string* input) {
  const std::string piece = input->substr(Position(*input), 1 + random_.Below(kMaxInserted));
  input->insert(Position(*input, /*end=*/true), piece);
}

void Mutator::Truncate(std::string* input) { input->resize(random_.Below(input->size() + 1)); }

void Mutator::Splice(std::string* input) {
  const std::string& other = AnySeed();
  input->resize(Position(*input, /*end=*/true));
  if (!other.empty()) input->append(other, random_.Below(other.size()));
}

}  // namespace rookery::testing
