// What the objects of one memory engine share: its keyspaces, the sequence of the last batch and the pinned sequences.
//
// Invariant: readers look at a sequence while holding the mutex shared or while that sequence is pinned; versions are
// only pruned under the exclusive mutex, and never those that a pinned sequence can see.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/fair_shared_mutex.h"
#include "engine/engine.h"
#include "engine/memory/versioned_map.h"

namespace rookery::engine {

/// A key whose versions before `sequence` can go once no pinned sequence is below it.
struct SupersededKey {
  Sequence sequence;
  std::weak_ptr<VersionedMap> keyspace;
  std::string key;
};

struct MemoryState {
  base::FairSharedMutex mutex;  // so many reads that there are always some keep no writer out

  // All guarded by `mutex`.
  Sequence last = 0;
  std::map<std::string, KeyspaceId, std::less<>> ids;
  std::vector<std::shared_ptr<VersionedMap>> keyspaces;  // by id; null where dropped
  std::multiset<Sequence> pinned;
  std::deque<SupersededKey> superseded;  // in the order of their sequences

  /// Null if there is no such keyspace. REQUIRES: mutex held.
  std::shared_ptr<VersionedMap> Find(KeyspaceId id) const;
  /// Sets a key and remembers what that made superfluous. REQUIRES: mutex held exclusively, sequence > last.
  void Set(const std::shared_ptr<VersionedMap>& keyspace, std::string_view key, SharedValue value, Sequence sequence);
  /// Drops the versions that nobody can see any more. REQUIRES: mutex held exclusively.
  void Prune();
};

/// Keeps the versions that a reader at its sequence sees. Thread-safe.
class PinnedSequence {
 public:
  /// Pins the present state.
  explicit PinnedSequence(std::shared_ptr<MemoryState> state);
  /// Pins `sequence`, which must be pinned already.
  PinnedSequence(std::shared_ptr<MemoryState> state, Sequence sequence);
  ~PinnedSequence();
  PinnedSequence(const PinnedSequence&) = delete;
  PinnedSequence& operator=(const PinnedSequence&) = delete;

  Sequence value() const { return sequence_; }

 private:
  std::shared_ptr<MemoryState> state_;
  Sequence sequence_ = 0;
};

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(std::shared_ptr<MemoryState> state) : pin_(std::move(state)) {}
  Sequence sequence() const override { return pin_.value(); }

 private:
  PinnedSequence pin_;
};

}  // namespace rookery::engine
