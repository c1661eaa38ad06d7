#include "store_stats.h"

#include <utility>

#include "open_store.h"

namespace rookery::cli {

Result<KnownStats> ReadStats(Context& context, const std::string& path) {
  auto published = ReadPublishedStats(path);
  if (!published) return std::move(published).error();
  KnownStats known{.stats = {}, .published = *std::move(published), .in_use = false};
  // Who has it open tells its counters; without these, what can be read beside it.
  const Result<Store> store = known.published ? OpenItself(context, path) : OpenForReading(context, path);
  if (!store) {
    if (store.error().code() != StatusCode::kLocked || !known.published) return store.error();
    known.in_use = true;
    known.stats = known.published->stats;
    return known;
  }
  Result<StoreStats> sizes = store->Stats();
  if (!sizes) return std::move(sizes).error();
  if (known.published) known.stats = known.published->stats;
  known.stats.shards = std::move(sizes->shards);
  known.stats.disk_bytes = sizes->disk_bytes;
  known.stats.wal_bytes = sizes->wal_bytes;
  known.stats.memtable_bytes = sizes->memtable_bytes;
  known.stats.block_cache_bytes = sizes->block_cache_bytes;
  return known;
}

Result<PublishedStats> ReadCounters(Context& context, const std::string& path) {
  auto published = ReadPublishedStats(path);
  if (!published) return std::move(published).error();
  if (*published) return **std::move(published);
  const Result<Store> store = OpenForReading(context, path);
  if (!store) return store.error();
  return Status(StatusCode::kNotFound,
                path + " has no counters yet: they come from a process that has the store open for writing");
}

}  // namespace rookery::cli
