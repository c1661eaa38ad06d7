// One read of the store for all who ask for the same thing at the same time.
//
// The first who misses leads: it reads, offers what it read to the cache, and lands the flight; the others wait, each
// as long as it likes. A flight may be joined only while the lease it began with is still the key's: whoever comes
// after a write gets a flight of its own and never an older answer. A flight that fails, or whose leader vanishes,
// fails nobody: its waiters read for themselves.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/event.h"
#include "cache/key.h"
#include "cache/lease.h"

namespace rookery::cache {

struct FlightCounters {
  std::atomic<std::uint64_t> flights{0};    // led
  std::atomic<std::uint64_t> joined{0};     // waited for another's
  std::atomic<std::uint64_t> abandoned{0};  // of these: gave up waiting
  std::atomic<std::uint64_t> bypassed{0};   // read alone, as a write was under way
};

/// Thread-safe. Value: what a flight brings; cheap to copy, as all who joined get a copy.
template <typename Value>
class SingleFlight {
  struct Flight;

 public:
  using Deadline = base::Event::Deadline;

  enum class Role : std::uint8_t {
    kLead,   // read the store, offer it to the cache with `lease`, and Land it
    kAlone,  // read the store, for nobody else: a write is under way, or this thread leads this key already
    kWait,   // another one reads: Wait for it
    kFound,  // `value`: the cache had it after all
  };

  /// What to do about one key. A leader that goes without landing lands nothing, and those who wait read for
  /// themselves.
  class Seat {
   public:
    Seat(Seat&& other) noexcept = default;
    Seat& operator=(Seat&&) = delete;
    ~Seat() {
      if (flight_ != nullptr && role_ == Role::kLead) flights_->Finish(*this, std::nullopt);
    }

    Role role() const { return role_; }
    const Lease& lease() const { return lease_; }
    /// REQUIRES: kFound.
    Value& value() { return *value_; }
    /// REQUIRES: kLead, once; the cache has been offered the value.
    void Land(const Value& value) { flights_->Finish(*this, value); }
    /// REQUIRES: kWait. None: the flight brought nothing, or the deadline passed; `*late` tells which.
    std::optional<Value> Wait(const Deadline& deadline, bool* late) { return flights_->WaitFor(*this, deadline, late); }

   private:
    friend class SingleFlight;
    Seat(SingleFlight* flights, Role role, Lease lease) : flights_(flights), role_(role), lease_(lease) {}

    SingleFlight* flights_;
    Role role_;
    Lease lease_;
    std::shared_ptr<Flight> flight_;
    std::optional<Value> value_;
    std::uint64_t hash_ = 0;
    std::string key_;
  };

  /// Call after a miss. `lease_of()`: the lease that covers `key` now. `look_again()`: what the cache has, an optional
  /// Value; it may have been filled since the miss. Both are called under a lock: they must not wait.
  template <typename LeaseOf, typename LookAgain>
  Seat Enter(const Key& key, LeaseOf&& lease_of, LookAgain&& look_again);

  /// The caller reads so many alone without having entered.
  void CountBypassed(std::size_t reads) { counters_.bypassed.fetch_add(reads, std::memory_order_relaxed); }
  const FlightCounters& counters() const { return counters_; }

 private:
  struct Flight {
    explicit Flight(const Lease& flight_lease) : lease(flight_lease), leader(std::this_thread::get_id()) {}
    const Lease lease;
    const std::thread::id leader;
    std::optional<Value> value;  // written before `landed` is set, and not after
    base::Event landed;
  };
  struct alignas(64) Stripe {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<Flight>> flights;
  };

  Stripe& StripeOf(std::uint64_t hash) { return stripes_[hash % stripes_.size()]; }
  void Finish(Seat& seat, std::optional<Value> value);
  std::optional<Value> WaitFor(Seat& seat, const Deadline& deadline, bool* late);

  std::array<Stripe, 32> stripes_;
  FlightCounters counters_;
};

template <typename Value>
template <typename LeaseOf, typename LookAgain>
typename SingleFlight<Value>::Seat SingleFlight<Value>::Enter(const Key& key, LeaseOf&& lease_of,
                                                              LookAgain&& look_again) {
  Stripe& stripe = StripeOf(key.hash());
  const std::lock_guard lock(stripe.mutex);
  // Before anything is looked at, so that what is found or read later is at least as new as the lease.
  const Lease lease = lease_of();
  if (!lease.usable) {
    counters_.bypassed.fetch_add(1, std::memory_order_relaxed);
    return {this, Role::kAlone, lease};
  }
  std::string bytes(key.bytes());
  std::shared_ptr<Flight>& flight = stripe.flights[bytes];
  if (flight != nullptr && flight->lease == lease) {
    if (flight->leader == std::this_thread::get_id()) return {this, Role::kAlone, lease};
    counters_.joined.fetch_add(1, std::memory_order_relaxed);
    Seat seat(this, Role::kWait, lease);
    seat.flight_ = flight;
    seat.hash_ = key.hash();
    return seat;
  }
  if (std::optional<Value> found = look_again()) {
    if (flight == nullptr) stripe.flights.erase(bytes);
    Seat seat(this, Role::kFound, lease);
    seat.value_ = std::move(found);
    return seat;
  }
  // An older flight that is still in the air answers those who have joined it, and nobody else.
  flight = std::make_shared<Flight>(lease);
  counters_.flights.fetch_add(1, std::memory_order_relaxed);
  Seat seat(this, Role::kLead, lease);
  seat.flight_ = flight;
  seat.hash_ = key.hash();
  seat.key_ = std::move(bytes);
  return seat;
}

template <typename Value>
void SingleFlight<Value>::Finish(Seat& seat, std::optional<Value> value) {
  Stripe& stripe = StripeOf(seat.hash_);
  const std::shared_ptr<Flight> flight = std::move(seat.flight_);
  flight->value = std::move(value);
  {
    const std::lock_guard lock(stripe.mutex);
    if (const auto found = stripe.flights.find(seat.key_); found != stripe.flights.end() && found->second == flight) {
      stripe.flights.erase(found);
    }
  }
  flight->landed.Set();
}

template <typename Value>
std::optional<Value> SingleFlight<Value>::WaitFor(Seat& seat, const Deadline& deadline, bool* late) {
  *late = !seat.flight_->landed.Wait(deadline);
  if (*late) counters_.abandoned.fetch_add(1, std::memory_order_relaxed);
  return *late ? std::nullopt : seat.flight_->value;
}

}  // namespace rookery::cache
