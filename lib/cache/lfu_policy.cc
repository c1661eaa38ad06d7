#include "cache/lfu_policy.h"

#include "cache/frequency_use.h"

namespace rookery::cache {
namespace {

constexpr unsigned kFractionBits = 6;
constexpr std::uint32_t kOneHit = 1U << kFractionBits;

/// How far `later` is from `earlier`; negative if it is behind.
std::int32_t AgeBetween(std::uint32_t earlier, std::uint32_t later) {
  constexpr unsigned kSpare = 32 - FrequencyUse::kAgeBits;
  return static_cast<std::int32_t>((later - earlier) << kSpare) >> kSpare;
}

}  // namespace

void LfuPolicy::OnInsert(Entry* entry, std::uint64_t /*hash*/, std::size_t /*charge*/) {
  // Among equal counts the age decides who was used last. It grows by one hit a turnover of the cache at the least, as
  // it would among entries that are used once.
  if (++insertions_ * kOneHit >= entries_.size()) {
    insertions_ = 0;
    age_ = (age_ + 1) & FrequencyUse::kAgeMask;
  }
  entry->use.store(FrequencyUse(1, age_).packed(), std::memory_order_relaxed);
  entries_.Add(entry);
}

void LfuPolicy::OnErase(Entry* entry, std::size_t /*charge*/) { entries_.Remove(entry); }

Entry* LfuPolicy::PickVictim() {
  if (entries_.empty()) return nullptr;
  const auto priority = [this](const Entry& entry) {
    const FrequencyUse use(entry.use.load(std::memory_order_relaxed));
    return AgeBetween(age_, use.age()) + static_cast<std::int32_t>(use.count() * kOneHit);
  };
  Entry* victim = entries_.RemoveLowest(priority);
  if (const std::int32_t ahead = priority(*victim); ahead > 0) {
    age_ = (age_ + static_cast<std::uint32_t>(ahead)) & FrequencyUse::kAgeMask;
  }
  return victim;
}

}  // namespace rookery::cache
