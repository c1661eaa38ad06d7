// The caches that are compared, each with the same three calls: Insert, Lookup with a copy of the value, and what it
// says it uses. All hash the key in Lookup.
#pragma once

#include <rocksdb/cache.h>

#include <cstddef>
#include <cstring>
#include <memory>

#include "bench/caches/items.h"
#include "bench/failure.h"
#include "cache/cache.h"

namespace rookery::bench {

struct CacheSizes {
  std::size_t capacity = 0;  // bytes: so many that nothing has to go
  std::size_t entries = 0;   // that will be inserted
};

/// The core of Rookery's read cache.
class RookeryCache {
 public:
  explicit RookeryCache(const CacheSizes& sizes) : cache_({.capacity = sizes.capacity}) {}

  void Insert(const ItemKey& bytes, const ItemValue& value) {
    const cache::Key key = cache_.KeyOf(View(bytes));
    const cache::Lease lease = cache_.LeaseOf(key);
    const cache::Fill fill = cache_.Put(key, key, lease, cache::EntryKind::kValue, View(value));
    Require(fill == cache::Fill::kInstalled, "the cache refused an item");
  }
  bool Lookup(const ItemKey& key, ItemValue* value) {
    return cache_.Find(cache_.KeyOf(View(key)), [value](const cache::Entry& entry) {
      std::memcpy(value->data(), entry.value().data(), value->size());
      return true;
    });
  }
  std::size_t UsedBytes() const {
    CacheStats stats;
    cache_.AddTo(&stats);
    return stats.used_bytes;
  }

 private:
  cache::Cache cache_;
};

/// What RocksDB's caches have in common.
class RocksDbCache {
 public:
  void Insert(const ItemKey& key, const ItemValue& value) {
    const auto free_value = [](const rocksdb::Slice& /*key*/, void* copy) { delete static_cast<ItemValue*>(copy); };
    auto copy = std::make_unique<ItemValue>(value);
    Require(cache_->Insert(SliceOf(key), copy.release(), kItemValueBytes, free_value).ok(),
            "the cache refused an item");
  }
  bool Lookup(const ItemKey& key, ItemValue* value) {
    rocksdb::Cache::Handle* const handle = cache_->Lookup(SliceOf(key));
    if (handle == nullptr) return false;
    std::memcpy(value->data(), cache_->Value(handle), value->size());
    cache_->Release(handle);
    return true;
  }
  std::size_t UsedBytes() const { return cache_->GetUsage(); }

 protected:
  explicit RocksDbCache(std::shared_ptr<rocksdb::Cache> cache) : cache_(std::move(cache)) {}

 private:
  static rocksdb::Slice SliceOf(const ItemKey& key) { return {key.data(), key.size()}; }

  std::shared_ptr<rocksdb::Cache> cache_;
};

class RocksDbLruCache : public RocksDbCache {
 public:
  explicit RocksDbLruCache(const CacheSizes& sizes) : RocksDbCache(rocksdb::NewLRUCache(sizes.capacity)) {}
};

/// Its table never grows: it is told how many entries there will be, which keeps it as small and as fast as it can be.
class RocksDbClockCache : public RocksDbCache {
 public:
  explicit RocksDbClockCache(const CacheSizes& sizes)
      : RocksDbCache(
            rocksdb::HyperClockCacheOptions(sizes.capacity, sizes.capacity / sizes.entries).MakeSharedCache()) {}
};

}  // namespace rookery::bench
