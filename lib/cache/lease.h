// What ties a reading of the store to the cache: taken before the store is read, given back with what was read.
#pragma once

#include <cstdint>

namespace rookery::cache {

/// A value. Two equal leases of one key mean that no write to the key began or ended between taking them.
struct Lease {
  std::uint64_t version = 0;
  std::uint32_t generation = 0;  // of the table
  bool usable = false;           // false: a write is under way, so nothing that is read now may be kept or shared
  friend bool operator==(const Lease&, const Lease&) = default;
};

/// Why something was not put into the cache, or that it was.
enum class Fill : std::uint8_t {
  kInstalled,
  kWritten,   // a write to the key, or to one that shares its lease, began since the lease was taken
  kPending,   // such a write is under way
  kPresent,   // somebody else has put it there
  kTooLarge,  // more than an eighth of a shard
  kResized,   // the table has changed since
  kFull,      // readers hold on to too much of what was evicted
};
inline constexpr std::size_t kFillOutcomes = 7;

/// What a write was told when it began; needed to end it.
struct WriteTicket {
  std::uint64_t version = 0;
  std::uint32_t generation = 0;
};

}  // namespace rookery::cache
