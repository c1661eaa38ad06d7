// The column families of an open database, by id and by name.
//
// Idea: an id is an index into an array of fixed length whose slots are set once and cleared once, so that looking a
// handle up is one atomic load, without a lock, while other threads create and drop families. Ids are not used again.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/engine.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
}  // namespace rocksdb

namespace rookery::engine {

/// Releases a handle the way its database wants it.
struct HandleRelease {
  rocksdb::DB* database = nullptr;
  void operator()(rocksdb::ColumnFamilyHandle* handle) const;
};
using Handle = std::unique_ptr<rocksdb::ColumnFamilyHandle, HandleRelease>;

/// Thread-safe, but for Clear.
class KeyspaceTable {
 public:
  /// The most keyspaces that may be made while an engine is open, dropped ones included.
  static constexpr std::size_t kCapacity = 16384;

  /// Null if there is no such keyspace. Valid until the keyspace is dropped.
  rocksdb::ColumnFamilyHandle* Find(KeyspaceId id) const noexcept {
    return id.value < kCapacity ? slots_[id.value].load(std::memory_order_acquire) : nullptr;
  }
  std::optional<KeyspaceId> Find(std::string_view name) const;
  /// Of the family that RocksDB knows by this number. REQUIRES: it was added.
  KeyspaceId OfFamily(std::uint32_t family) const;
  /// Sorted.
  std::vector<std::string> Names() const;
  std::vector<rocksdb::ColumnFamilyHandle*> Handles() const;
  std::size_t size() const;
  /// How many more can be added.
  std::size_t room() const;

  /// REQUIRES: room() > 0, and the name is new.
  void Add(Handle handle);
  /// Null if there is no such keyspace.
  Handle Remove(KeyspaceId id);
  /// Releases all handles. REQUIRES: nobody uses one.
  void Clear();

 private:
  std::array<std::atomic<rocksdb::ColumnFamilyHandle*>, kCapacity> slots_{};

  mutable std::shared_mutex mutex_;
  // Guarded by mutex_; slots_ is also only written under it.
  std::map<std::string, KeyspaceId, std::less<>> ids_;
  std::unordered_map<std::uint32_t, KeyspaceId> by_family_;
  std::vector<Handle> handles_;  // by id
};

}  // namespace rookery::engine
