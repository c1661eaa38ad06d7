#include "cache/lru_policy.h"

namespace rookery::cache {

void LruPolicy::OnInsert(Entry* entry, std::uint64_t /*hash*/, std::size_t /*charge*/) {
  entry->use.store(++tick_, std::memory_order_relaxed);
  entries_.Add(entry);
}

void LruPolicy::OnErase(Entry* entry, std::size_t /*charge*/) { entries_.Remove(entry); }

Entry* LruPolicy::PickVictim() {
  if (entries_.empty()) return nullptr;
  // By the time since, not by the time itself, as the tick wraps.
  const auto time_of_use = [this](const Entry& entry) {
    return static_cast<std::int32_t>(entry.use.load(std::memory_order_relaxed) - tick_);
  };
  return entries_.RemoveLowest(time_of_use);
}

}  // namespace rookery::cache
