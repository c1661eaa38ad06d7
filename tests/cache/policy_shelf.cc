#include "tests/cache/policy_shelf.h"

#include <cstring>
#include <iterator>
#include <string_view>

#include "cache/split_mix.h"
#include "cache/touch.h"

namespace rookery::testing {

using cache::Entry;

PolicyShelf::PolicyShelf(CachePolicy policy, std::size_t capacity, std::uint64_t seed)
    : policy_(cache::NewPolicy(policy, this, seed)), capacity_(capacity) {
  policy_->SetCapacity(capacity);
}

PolicyShelf::~PolicyShelf() {
  for (const auto& [key, item] : entries_) Entry::Delete(item.entry);
}

int PolicyShelf::KeyOf(const Entry& entry) {
  int key = 0;
  std::memcpy(&key, entry.key().data(), sizeof(key));
  return key;
}

std::uint64_t PolicyShelf::HashOf(const Entry& entry) const {
  return cache::Mix(static_cast<std::uint64_t>(KeyOf(entry)));
}

std::size_t PolicyShelf::ChargeOf(const Entry& entry) const { return entries_.at(KeyOf(entry)).charge; }

void PolicyShelf::Insert(int key, std::size_t charge) {
  const std::string_view bytes(reinterpret_cast<const char*>(&key), sizeof(key));
  Entry* entry = Entry::New(bytes, {}, cache::EntryKind::kValue);
  entries_.emplace(key, Item{entry, charge});
  charge_ += charge;
  policy_->OnInsert(entry, HashOf(*entry), charge);
}

void PolicyShelf::Hit(int key, int times) {
  Entry* entry = entries_.at(key).entry;
  for (int i = 0; i < times; ++i) {
    if (policy_->touch() == cache::Touch::kOrder) {
      policy_->OnHit(entry);
    } else {
      cache::ApplyTouch(policy_->touch(), entry, policy_->clock(), static_cast<std::uint32_t>(cache::Mix(++random_)));
    }
  }
}

void PolicyShelf::Erase(int key) {
  policy_->OnErase(entries_.at(key).entry, entries_.at(key).charge);
  Forget(key);
}

std::optional<int> PolicyShelf::Evict() {
  const Entry* victim = policy_->PickVictim();
  if (victim == nullptr) return {};
  const int key = KeyOf(*victim);
  Forget(key);
  return key;
}

std::vector<int> PolicyShelf::EvictAll() {
  std::vector<int> keys;
  while (const auto key = Evict()) keys.push_back(*key);
  return keys;
}

bool PolicyShelf::Access(int key, std::size_t charge) {
  if (Has(key)) {
    Hit(key);
    return true;
  }
  while (charge_ + charge > capacity_ && Evict()) continue;
  Insert(key, charge);
  return false;
}

void PolicyShelf::SetCapacity(std::size_t capacity) {
  capacity_ = capacity;
  policy_->SetCapacity(capacity);
}

int PolicyShelf::AnyKey(std::uint64_t random) const {
  return std::next(entries_.begin(), static_cast<std::ptrdiff_t>(random % entries_.size()))->first;
}

void PolicyShelf::Forget(int key) {
  const auto found = entries_.find(key);
  charge_ -= found->second.charge;
  Entry::Delete(found->second.entry);
  entries_.erase(found);
}

}  // namespace rookery::testing
