#include "store/buckets/bucket_map.h"

#include <chrono>
#include <memory>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "store/buckets/bucket_rows.h"

namespace rookery::store {
namespace {

using codec::KeyKind;

/// What the containers take for an entry beside its name and its buckets.
constexpr std::size_t kEntryOverhead = 56;
/// Entries that one insertion looks at to make room.
constexpr std::size_t kLooks = 8;

template <typename Object>
void PrefetchObject(const Object* object) {
  constexpr std::size_t kLine = 64;
  const char* const begin = reinterpret_cast<const char*>(object);
  for (std::size_t at = 0; at < sizeof(Object); at += kLine) __builtin_prefetch(begin + at, /*for writing*/ 1);
}

}  // namespace

void BucketMap::SetComplete(bool complete) {
  failure_.store(nullptr);
  complete_.store(complete, std::memory_order_release);
}

void BucketMap::GiveUp(const Status& cause) {
  failure_.store(std::make_shared<const Status>(cause));
  complete_.store(false, std::memory_order_release);
}

Status BucketMap::NotComplete() const {
  if (const auto failure = failure_.load()) {
    return {StatusCode::kUnavailable,
            "the bucket map cannot be used (" + failure->ToString() + "); open the store again, or repair it"};
  }
  return Status(StatusCode::kBusy,
                "messages are being counted for a repair or a bulk load; try again when it has ended")
      .WithRetryAfter(std::chrono::seconds{1});
}

std::uint64_t BucketMap::HashOf(std::string_view channel) { return XXH3_64bits(channel.data(), channel.size()); }

std::size_t BucketMap::BytesOf(const BucketEntry& entry) {
  return kEntryOverhead + sizeof(BucketEntry) + entry.channel.size() + entry.buckets.memory_bytes();
}

void BucketMap::Prefetch(std::span<const std::uint64_t> hashes) {
  for (const std::uint64_t hash : hashes) {
    Part& part = PartOf(hash);
    const base::MutexLock lock(part.mutex);
    if (const BucketEntry* entry = part.entries.Guess(hash)) PrefetchObject(entry);
  }
  for (const std::uint64_t hash : hashes) {
    Part& part = PartOf(hash);
    const base::MutexLock lock(part.mutex);
    const BucketEntry* entry = part.entries.Guess(hash);
    // The newest is the one that posts count in.
    if (entry != nullptr && !entry->buckets.buckets().empty()) PrefetchObject(&entry->buckets.buckets().front());
  }
}

BucketEntry& BucketMap::Entered(Part* part, std::string_view channel, std::uint64_t hash) {
  if (BucketEntry* entry = part->entries.Find(hash, channel)) {
    entry->used = true;
    // It may hold many more buckets than when it came.
    if (entry->bytes < entry->buckets.buckets().capacity() * sizeof(Bucket)) {
      part->bytes -= entry->bytes;
      part->bytes += entry->bytes = BytesOf(*entry);
    }
    return *entry;
  }
  if (part->bytes > capacity_per_part_) MakeRoom(part);
  const std::uint64_t generation = generations_.fetch_add(1, std::memory_order_relaxed) + 1;
  BucketEntry& entry = part->entries.Insert(
      {.hash = hash, .channel = std::string(channel), .buckets = ChannelBuckets(generation), .generation = generation});
  entry.bytes = BytesOf(entry) + sizeof(Bucket);
  part->order.push_back(&entry);
  part->bytes += entry.bytes;
  return entry;
}

void BucketMap::MakeRoom(Part* part) {
  bool dirty = false;
  bool evicted = false;
  for (std::size_t i = 0; i < kLooks && !part->order.empty(); ++i) {
    BucketEntry& entry = *part->order.front();
    part->order.pop_front();
    part->bytes -= entry.bytes;
    const bool is_dirty = entry.buckets.dirty();
    dirty = dirty || is_dirty;
    if (std::exchange(entry.used, false) || is_dirty) {
      part->order.push_back(&entry);
      part->bytes += entry.bytes = BytesOf(entry);
      continue;
    }
    part->entries.Erase(entry);
    evicted = true;
  }
  if (dirty && !evicted) crowded_.store(true, std::memory_order_relaxed);
}

Status BucketMap::Load(std::string_view channel, std::uint64_t generation) {
  const routing::Router& router = routes_.current();
  ChannelBuckets::StoredRows rows;
  std::vector<std::uint64_t> open;
  for (const ShardId shard : router.ShardsOf(channel)) {
    // A reshard job may have another place of the bucket there.
    const auto counts = [&](std::uint64_t bucket) { return router.FindPart({channel, bucket}) == shard; };
    const auto take_row = [&](std::uint64_t bucket, std::string_view value) {
      if (!counts(bucket)) return Status();
      auto row = codec::DecodeBucket(value);
      // What is derived from messages is no reason to refuse them: it is counted anew. Verify tells of the row.
      if (!row) row = codec::BucketRow{.counted = false, .ids = rule_.IdsOf(bucket)};
      rows.emplace_back(bucket, *std::move(row));
      return Status();
    };
    const auto take_mark = [&](std::uint64_t bucket, std::string_view /*value*/) {
      if (counts(bucket)) open.push_back(bucket);
      return Status();
    };
    const engine::KeyspaceId keyspace = routes_.KeyspaceOf(shard);
    RK_TRY(VisitBucketRows(engine_, keyspace, nullptr, KeyKind::kBucket, channel, take_row));
    if (marks_ != Marks::kForeign) continue;
    RK_TRY(VisitBucketRows(engine_, keyspace, nullptr, KeyKind::kBucketMark, channel, take_mark));
  }
  const std::uint64_t hash = HashOf(channel);
  Part& part = PartOf(hash);
  const base::MutexLock lock(part.mutex);
  BucketEntry& entry = Entered(&part, channel, hash);
  // Else somebody wrote rows meanwhile, or they may be gone from where they were looked for: read them again.
  if (entry.generation == generation && &router == &routes_.current()) entry.buckets.Load(rule_, rows, open);
  return {};
}

void BucketMap::RowsChanged(std::string_view channel) {
  const std::uint64_t hash = HashOf(channel);
  Part& part = PartOf(hash);
  const base::MutexLock lock(part.mutex);
  Entered(&part, channel, hash).generation = generations_.fetch_add(1, std::memory_order_relaxed) + 1;
}

void BucketMap::Clear() {
  for (Part& part : parts_) {
    const base::MutexLock lock(part.mutex);
    part.order.clear();
    part.entries.Clear();
    part.bytes = 0;
  }
}

std::vector<std::string> BucketMap::DirtyChannels(std::size_t limit) {
  std::vector<std::string> channels;
  const std::size_t first = first_part_.fetch_add(1, std::memory_order_relaxed);
  for (std::size_t i = 0; i < kParts && channels.size() < limit; ++i) {
    Part& part = parts_[(first + i) % kParts];
    const base::MutexLock lock(part.mutex);
    for (const BucketEntry* entry : part.order) {
      if (channels.size() >= limit) break;
      if (entry->buckets.dirty()) channels.push_back(entry->channel);
    }
  }
  if (channels.size() < limit) crowded_.store(false, std::memory_order_relaxed);
  return channels;
}

std::size_t BucketMap::memory_bytes() const {
  std::size_t bytes = 0;
  for (const Part& part : parts_) {
    const base::MutexLock lock(part.mutex);
    bytes += part.bytes;
  }
  return bytes;
}

}  // namespace rookery::store
