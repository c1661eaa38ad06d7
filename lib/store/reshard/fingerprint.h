// Adds rows to a Fingerprint.
#pragma once

#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "codec/key_format.h"
#include "rookery/reshard.h"

namespace rookery::store {

/// Modulo 2^128: the order of the rows does not matter.
inline void Add(std::string_view key, std::string_view value, Fingerprint* print) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(value.data(), value.size(), XXH3_64bits(key.data(), key.size()));
  ++print->rows;
  print->bytes += key.size() + value.size();
  print->low += hash.low64;
  print->high += hash.high64 + (print->low < hash.low64 ? 1 : 0);
}

inline void Add(const Fingerprint& other, Fingerprint* print) {
  print->rows += other.rows;
  print->bytes += other.bytes;
  print->low += other.low;
  print->high += other.high + (print->low < other.low ? 1 : 0);
}

/// Whether rows of this kind are what callers stored: those of the bucket map are derived, and change by themselves.
inline bool IsContent(codec::KeyKind kind) {
  return kind != codec::KeyKind::kBucket && kind != codec::KeyKind::kBucketMark;
}

}  // namespace rookery::store
