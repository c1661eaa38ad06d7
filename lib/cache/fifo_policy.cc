#include "cache/fifo_policy.h"

namespace rookery::cache {

void FifoPolicy::OnInsert(Entry* entry, std::uint64_t /*hash*/, std::size_t /*charge*/) { queue_.PushFront(entry); }

void FifoPolicy::OnErase(Entry* entry, std::size_t /*charge*/) { queue_.Remove(entry); }

Entry* FifoPolicy::PickVictim() {
  Entry* oldest = queue_.back();
  if (oldest != nullptr) queue_.Remove(oldest);
  return oldest;
}

}  // namespace rookery::cache
