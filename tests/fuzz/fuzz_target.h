// What a fuzz target provides: one function that must survive any bytes, and good inputs to begin from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// Aborts, or trips a sanitizer, if it does not cope with the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Well-formed inputs, for the smoke run to damage.
std::vector<std::string> FuzzSeeds();

namespace rookery::testing {

inline std::string_view FuzzInput(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Aborts, naming what should have held.
inline void FuzzCheck(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: does not hold: %s\n", what);
  std::abort();
}

/// Reads every byte, so that a sanitizer sees views that point elsewhere.
inline void FuzzRead(std::string_view bytes) {
  static volatile unsigned char sink;
  for (const char byte : bytes) sink = static_cast<unsigned char>(sink ^ byte);
}

}  // namespace rookery::testing
