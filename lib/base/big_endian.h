// Fixed-width integers as big-endian bytes, so that the order of bytes is the order of numbers.
#pragma once

#include <concepts>
#include <cstddef>
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

}  // namespace rookery::base
