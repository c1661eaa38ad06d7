// The small value types that every other header uses: message ids, versions, shards and time.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string_view>

namespace rookery {

/// Wall-clock time in UTC, in milliseconds.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Names a message within its channel and orders it: a snowflake of 63 bits, from the top
/// 41 bits of milliseconds since the store's epoch, 10 bits of worker, 12 bits of sequence.
/// The top bit is always 0, so that an id is also a positive signed 64-bit integer. 0 is not an id.
struct MessageId {
  std::uint64_t value = 0;

  static constexpr int kTimeShift = 22;
  static constexpr std::uint64_t kMax = (std::uint64_t{1} << 63) - 1;

  constexpr MessageId() = default;
  constexpr explicit MessageId(std::uint64_t raw) : value(raw) {}

  constexpr bool valid() const { return value != 0 && value <= kMax; }
  /// When the id was made, given the epoch of its store (StoreInfo::epoch).
  constexpr Timestamp time(Timestamp epoch) const {
    return epoch + std::chrono::milliseconds{static_cast<std::int64_t>(value >> kTimeShift)};
  }

  friend constexpr auto operator<=>(MessageId, MessageId) = default;  // NOLINT(modernize-use-nullptr): not a null
  friend std::ostream& operator<<(std::ostream& out, MessageId id) { return out << id.value; }
};

/// How often a message or record was written: 1 when new, one more with each edit, at most 2^63 - 1.
/// As `expected_version`: the call succeeds only if this is the stored version; 0 says "must not exist yet".
struct Version {
  std::uint64_t value = 0;

  static constexpr std::uint64_t kMax = (std::uint64_t{1} << 63) - 1;

  constexpr Version() = default;
  constexpr Version(std::uint64_t raw) : value(raw) {}  // NOLINT(google-explicit-constructor): `.expected_version = 1`

  friend constexpr auto operator<=>(Version, Version) = default;
  friend std::ostream& operator<<(std::ostream& out, Version version) { return out << version.value; }
};

/// A place for channels: one column family. Numbered from 0 without gaps.
struct ShardId {
  std::uint32_t value = 0;

  constexpr ShardId() = default;
  constexpr explicit ShardId(std::uint32_t raw) : value(raw) {}

  friend constexpr auto operator<=>(ShardId, ShardId) = default;  // NOLINT(modernize-use-nullptr): not a null
  friend std::ostream& operator<<(std::ostream& out, ShardId shard) { return out << shard.value; }
};

/// The version of the shard map; every change of routing adds one.
struct Epoch {
  std::uint64_t value = 0;

  constexpr Epoch() = default;
  constexpr explicit Epoch(std::uint64_t raw) : value(raw) {}

  friend constexpr auto operator<=>(Epoch, Epoch) = default;
};

// What names may weigh. All are arbitrary bytes; channels, attribute and attachment names and record keys are not
// empty.
inline constexpr std::size_t kMaxChannelBytes = 1024;
inline constexpr std::size_t kMaxAuthorBytes = 1024;
inline constexpr std::size_t kMaxNonceBytes = 255;
inline constexpr std::size_t kMaxAttributeNameBytes = 255;
inline constexpr std::size_t kMaxRecordKeyBytes = 1024;
inline constexpr std::size_t kMaxAttachmentNameBytes = 255;

namespace literals {
constexpr std::uint64_t operator""_KiB(unsigned long long n) { return n << 10; }
constexpr std::uint64_t operator""_MiB(unsigned long long n) { return n << 20; }
constexpr std::uint64_t operator""_GiB(unsigned long long n) { return n << 30; }
}  // namespace literals

}  // namespace rookery

template <>
struct std::hash<rookery::MessageId> {
  std::size_t operator()(rookery::MessageId id) const noexcept { return std::hash<std::uint64_t>{}(id.value); }
};
