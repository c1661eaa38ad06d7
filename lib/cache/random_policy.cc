#include "cache/random_policy.h"

namespace rookery::cache {

void RandomPolicy::OnInsert(Entry* entry, std::uint64_t /*hash*/, std::size_t /*charge*/) { entries_.Add(entry); }

void RandomPolicy::OnErase(Entry* entry, std::size_t /*charge*/) { entries_.Remove(entry); }

Entry* RandomPolicy::PickVictim() {
  if (entries_.empty()) return nullptr;
  Entry* victim = entries_.Any(&random_);
  entries_.Remove(victim);
  return victim;
}

}  // namespace rookery::cache
