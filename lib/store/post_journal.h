// What is posted while a bulk load compares its messages with what is stored: the keys that the load might hold, too.
//
// Invariant: a post notes its keys while it holds its channel's lock, before it writes. So whoever has held every
// channel exclusively after Begin, and again now, finds here all keys that were written in between.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "rookery/types.h"

namespace rookery::store {

/// Thread-safe.
class PostJournal {
 public:
  /// What a load might hold; keys of anything else are not noted.
  struct Interest {
    MessageId highest_id;     // that a message of the load brought, or might get
    bool nonces = false;      // there are any
    std::size_t max_bytes{};  // of keys; more are not noted, but that there were is
  };
  struct Notes {
    std::vector<std::pair<ShardId, std::string>> keys;
    bool incomplete = false;  // there were more
  };

  void Begin(const Interest& interest);
  /// What was noted since Begin or the last time.
  Notes Take();
  void End();

  void NoteMessage(ShardId shard, std::string_view key, MessageId id) {
    if (id.value <= highest_id_.load(std::memory_order_relaxed)) Note(shard, key);
  }
  bool wants_nonces() const { return nonces_.load(std::memory_order_relaxed); }
  void Note(ShardId shard, std::string_view key);

 private:
  // Both relaxed: they are set before, and read after, a channel's lock was taken. 0 and false: nothing is wanted.
  std::atomic<std::uint64_t> highest_id_{0};
  std::atomic<bool> nonces_{false};
  base::Mutex mutex_;
  std::size_t max_bytes_ RK_GUARDED_BY(mutex_) = 0;
  std::size_t bytes_ RK_GUARDED_BY(mutex_) = 0;
  Notes notes_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::store
