// One keyspace in memory: an ordered map from a key to its versions.
//
// Idea: a write adds a version stamped with its sequence number instead of replacing the value, so a reader that looks
// "at" an older sequence number goes on seeing what was there. Invariant: the versions of a key are sorted by sequence,
// and a version that some pinned sequence can see is never removed, nor is the key's node in the map.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::engine {

/// Counts batches. A reader at sequence s sees the batches 1..s.
using Sequence = std::uint64_t;

/// The bytes of a value, shared with whoever reads them. Null: the key is absent.
using SharedValue = std::shared_ptr<const std::string>;

/// Thread-compatible: MemoryState's mutex guards it.
class VersionedMap {
 public:
  struct Version {
    Sequence sequence;
    SharedValue value;  // null: deleted at `sequence`
  };
  using Versions = std::vector<Version>;
  using Rows = std::map<std::string, Versions, std::less<>>;

  const Rows& rows() const { return rows_; }

  /// What a reader at `at` sees of a row.
  static SharedValue VisibleIn(const Versions& versions, Sequence at);
  SharedValue Find(std::string_view key, Sequence at) const;

  /// Gives the key a new version; a null value deletes it. REQUIRES: sequence >= all that were set before.
  void Set(std::string_view key, SharedValue value, Sequence sequence);

  /// Removes the versions of `key` that no reader at `oldest` or later can see.
  void Prune(std::string_view key, Sequence oldest);

 private:
  Rows rows_;
};

}  // namespace rookery::engine
