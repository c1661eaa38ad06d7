#include "cache/exact_lru_policy.h"

namespace rookery::cache {

void ExactLruPolicy::OnInsert(Entry* entry, std::uint64_t /*hash*/, std::size_t /*charge*/) { queue_.PushFront(entry); }

void ExactLruPolicy::OnErase(Entry* entry, std::size_t /*charge*/) { queue_.Remove(entry); }

Entry* ExactLruPolicy::PickVictim() {
  Entry* oldest = queue_.back();
  if (oldest != nullptr) queue_.Remove(oldest);
  return oldest;
}

}  // namespace rookery::cache
