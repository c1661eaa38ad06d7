// A bucket of the table: one cache line of a control word and seven tagged links.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "cache/entry.h"
#include "cache/key.h"

#if defined(__SSE2__) && !defined(__SANITIZE_THREAD__)
#define RK_VECTOR_MATCH
#include <emmintrin.h>
#endif

namespace rookery::cache {

/// { entries that passed 8 | writes under way 24 | version 32 }. A batch opens a write for each of its channels, so as
/// many as memory holds must be countable; and nobody reads the store for as long as 2^32 writes to a bucket take.
class Control {
 public:
  explicit Control(std::uint64_t word) : word_(word) {}

  std::uint64_t version() const { return word_ & kVersionMask; }
  std::uint64_t pending() const { return (word_ >> kPendingShift) & kPendingMask; }
  bool passed() const { return word_ >> kPassedShift != 0; }

  Control Bumped() const { return Control((word_ & ~kVersionMask) | ((word_ + 1) & kVersionMask)); }
  Control WithPending(int change) const { return Control(word_ + static_cast<std::uint64_t>(change) * kOnePending); }
  Control WithPassed(int change) const { return Control(word_ + static_cast<std::uint64_t>(change) * kOnePassed); }
  std::uint64_t word() const { return word_; }

 private:
  static constexpr int kPendingShift = 32;
  static constexpr int kPassedShift = 56;
  static constexpr std::uint64_t kPendingMask = (std::uint64_t{1} << (kPassedShift - kPendingShift)) - 1;
  static constexpr std::uint64_t kVersionMask = (std::uint64_t{1} << kPendingShift) - 1;
  static constexpr std::uint64_t kOnePending = std::uint64_t{1} << kPendingShift;
  static constexpr std::uint64_t kOnePassed = std::uint64_t{1} << kPassedShift;

  std::uint64_t word_;
};

/// An entry's address and a part of its key's hash in one word. 0: no entry.
struct Link {
  static constexpr int kTagShift = 48;

  static std::uint64_t To(const Entry* entry, const Key& key) {
    return reinterpret_cast<std::uintptr_t>(entry) | key.tag() << kTagShift;
  }
  static Entry* EntryIn(std::uint64_t link) {
    return reinterpret_cast<Entry*>(link & ((std::uint64_t{1} << kTagShift) - 1));
  }
};

struct alignas(64) Bucket {
  static constexpr std::size_t kSlots = 7;

  std::atomic<std::uint64_t> control{0};
  std::array<std::atomic<std::uint64_t>, kSlots> slots{};  // Links

  /// A bit for each slot, from the lowest on: whether it has that tag, or had it a moment ago.
  unsigned Match(std::uint64_t tag) const;
};
static_assert(sizeof(Bucket) == 64);

// Without branches: where in the bucket an entry lies cannot be predicted.
inline unsigned Bucket::Match(std::uint64_t tag) const {
  unsigned matches = 0;
#ifdef RK_VECTOR_MATCH
  // A word of a vector that is aligned is loaded whole on every x86-64. Tags are each word's highest quarter, and so is
  // the sign that movemask collects.
  const __m128i wanted = _mm_set1_epi16(static_cast<std::int16_t>(tag));
  const auto* const pairs = reinterpret_cast<const __m128i*>(this);
  for (unsigned i = 0; i < sizeof(Bucket) / sizeof(__m128i); ++i) {
    const __m128i equal = _mm_cmpeq_epi16(_mm_load_si128(pairs + i), wanted);
    matches |= static_cast<unsigned>(_mm_movemask_pd(_mm_castsi128_pd(equal))) << (2 * i);
  }
  // The lowest is the control word's.
  return matches >> 1;
#else
  for (std::size_t i = 0; i < kSlots; ++i) {
    matches |= static_cast<unsigned>(slots[i].load(std::memory_order_relaxed) >> Link::kTagShift == tag) << i;
  }
  return matches;
#endif
}

}  // namespace rookery::cache
