// Locks by hash: a fixed number of mutexes that stand for any number of names.
//
// Lock order in the store: a turn at the write gate, channel stripes ascending, then at most one row stripe; nothing
// else is locked while waiting for either, and no callback runs under them. Nobody waits with a turn until
// all channels are let go (HeldUp), and nobody takes a turn who holds a channel: who holds all of them commits past the
// gate (WriteGate::RunPast).
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/fair_shared_mutex.h"

namespace rookery::store {

template <typename Mutex, std::size_t Stripes>
class StripedLocks {
 public:
  static constexpr std::size_t kStripes = Stripes;
  static std::size_t StripeOf(std::string_view name) { return XXH3_64bits(name.data(), name.size()) % Stripes; }
  Mutex& At(std::size_t stripe) { return stripes_[stripe].mutex; }
  Mutex& For(std::string_view name) { return At(StripeOf(name)); }

 private:
  struct alignas(64) Stripe {
    Mutex mutex;
  };
  std::array<Stripe, Stripes> stripes_;
};

/// One per channel: who writes to its messages holds it, shared, until the write is committed, so that who holds it
/// exclusively sees none under way. Posts whose id the store makes hold it shared as well; posts that bring an id or a
/// nonce, and so must see that nobody else writes it, hold it exclusively. Fair, as a hot channel's is never free of
/// those who share it; so nobody who holds one asks for it again. A batch may hold all of them: no more than a
/// thread sanitizer, which follows 64 locks a thread, can watch.
using ChannelLocks = StripedLocks<base::FairSharedMutex, 48>;

/// One per row: held by who reads a version and writes the next one.
using RowLocks = StripedLocks<std::mutex, 1024>;

}  // namespace rookery::store
