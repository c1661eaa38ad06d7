#include "store/post_journal.h"

namespace rookery::store {

void PostJournal::Begin(const Interest& interest) {
  const base::MutexLock lock(mutex_);
  notes_ = {};
  bytes_ = 0;
  max_bytes_ = interest.max_bytes;
  highest_id_.store(interest.highest_id.value, std::memory_order_relaxed);
  nonces_.store(interest.nonces, std::memory_order_relaxed);
}

PostJournal::Notes PostJournal::Take() {
  const base::MutexLock lock(mutex_);
  bytes_ = 0;
  return std::exchange(notes_, {});
}

void PostJournal::End() { Begin({}); }

void PostJournal::Note(ShardId shard, std::string_view key) {
  const base::MutexLock lock(mutex_);
  const std::size_t size = key.size() + sizeof(notes_.keys.front());
  if (bytes_ + size > max_bytes_) {
    notes_.incomplete = true;
    return;
  }
  bytes_ += size;
  notes_.keys.emplace_back(shard, key);
}

}  // namespace rookery::store
