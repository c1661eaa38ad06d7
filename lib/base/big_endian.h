// Fixed-width integers as big-endian bytes, so that the order of bytes is the order of numbers.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::base {

template <std::unsigned_integral T>
void AppendBigEndian(std::string* out, T value) {
  char bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<char>(value >> (8 * (sizeof(T) - 1 - i)));
  out->append(bytes, sizeof(T));
}

/// REQUIRES: bytes.size() >= sizeof(T). Reads the first sizeof(T) of them.
template <std::unsigned_integral T>
T ReadBigEndian(std::string_view bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The first 8 bytes as a number that sorts as they do, as far as they go; what is missing counts as zeros.
inline std::uint64_t HeadOf(std::string_view bytes) {
  if (bytes.size() >= sizeof(std::uint64_t)) return ReadBigEndian<std::uint64_t>(bytes);
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < sizeof(head); ++i) {
    head = head << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
  }
  return head;
}

}  // namespace rookery::base
