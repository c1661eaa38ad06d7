#include "cache/simulated_cache.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "cache/touch.h"

namespace rookery::cache {
namespace {

constexpr std::size_t kFirstSlots = 16;

// An entry's key is the eight bytes of the simulated key, its value the eight bytes of the charge.
std::string_view BytesOf(const std::uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

std::uint64_t NumberIn(std::string_view bytes) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof(number));
  return number;
}

}  // namespace

SimulatedCache::SimulatedCache(CachePolicy policy, std::size_t capacity, std::uint64_t seed)
    : SimulatedCache([&](const EntryInfo* info) { return NewPolicy(policy, info, seed); }, capacity) {}

SimulatedCache::SimulatedCache(const MakePolicy& make_policy, std::size_t capacity)
    : slots_(kFirstSlots), policy_(make_policy(this)), capacity_(capacity) {
  policy_->SetCapacity(capacity);
}

SimulatedCache::~SimulatedCache() {
  for (Entry* entry : slots_) {
    if (entry != nullptr) Entry::Delete(entry);
  }
}

std::uint64_t SimulatedCache::HashOf(const Entry& entry) const { return Mix(NumberIn(entry.key())); }

std::size_t SimulatedCache::ChargeOf(const Entry& entry) const { return NumberIn(entry.value()); }

std::size_t SimulatedCache::memory_bytes() const {
  constexpr std::size_t kEntryBytes = sizeof(Entry) + 2 * sizeof(std::uint64_t) + sizeof(void*);  // and malloc's own
  return slots_.capacity() * sizeof(void*) + size_ * kEntryBytes + policy_->memory_bytes();
}

std::size_t SimulatedCache::HomeOf(std::uint64_t key) const { return Mix(key) & (slots_.size() - 1); }

std::size_t SimulatedCache::SlotOf(std::uint64_t key) const {
  std::size_t slot = HomeOf(key);
  while (slots_[slot] != nullptr && NumberIn(slots_[slot]->key()) != key) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

bool SimulatedCache::Access(std::uint64_t key, std::size_t charge) {
  if (Entry* entry = slots_[SlotOf(key)]) {
    OnHit(entry);
    return true;
  }
  ++misses_;
  if (charge <= capacity_) Insert(key, charge);
  return false;
}

void SimulatedCache::OnHit(Entry* entry) {
  ++hits_;
  const Touch touch = policy_->touch();
  if (touch == Touch::kOrder) {
    policy_->OnHit(entry);
  } else {
    ApplyTouch(touch, entry, policy_->clock(), static_cast<std::uint32_t>(random_.Next()));
  }
}

void SimulatedCache::Insert(std::uint64_t key, std::size_t charge) {
  EvictDownTo(capacity_ - charge);
  if (4 * (size_ + 1) > 3 * slots_.size()) DoubleTable();
  Entry* entry = Entry::New(BytesOf(key), BytesOf(charge), EntryKind::kAbsent);
  if (entry == nullptr) return;
  slots_[SlotOf(key)] = entry;
  ++size_;
  charge_ += charge;
  policy_->OnInsert(entry, Mix(key), charge);
}

void SimulatedCache::SetCapacity(std::size_t capacity) {
  capacity_ = capacity;
  policy_->SetCapacity(capacity);
  EvictDownTo(capacity);
}

void SimulatedCache::EvictDownTo(std::size_t charge) {
  while (charge_ > charge) {
    Entry* victim = policy_->PickVictim();
    charge_ -= ChargeOf(*victim);
    --size_;
    EmptySlot(SlotOf(NumberIn(victim->key())));
    Entry::Delete(victim);
  }
}

void SimulatedCache::EmptySlot(std::size_t slot) {
  const std::size_t mask = slots_.size() - 1;
  slots_[slot] = nullptr;
  // Whoever was pushed past the slot by its former owner comes nearer to home, so that a search can stop at an empty
  // slot.
  for (std::size_t next = (slot + 1) & mask; slots_[next] != nullptr; next = (next + 1) & mask) {
    const std::size_t home = HomeOf(NumberIn(slots_[next]->key()));
    if (((next - home) & mask) < ((next - slot) & mask)) continue;
    slots_[slot] = std::exchange(slots_[next], nullptr);
    slot = next;
  }
}

void SimulatedCache::DoubleTable() {
  const std::vector<Entry*> old = std::exchange(slots_, std::vector<Entry*>(2 * slots_.size()));
  for (Entry* entry : old) {
    if (entry != nullptr) slots_[SlotOf(NumberIn(entry->key()))] = entry;
  }
}

}  // namespace rookery::cache
