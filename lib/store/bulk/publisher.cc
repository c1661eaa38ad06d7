#include "store/bulk/publisher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/macros.h"
#include "codec/key_format.h"
#include "store/all_channels.h"
#include "store/cache_keys.h"

namespace rookery::store::bulk {
namespace {

/// A message may get a higher id than it brought, or than was made for it; nearly all that do stay within this.
constexpr std::uint64_t kReachOfRenames = std::uint64_t{1} << 16;
/// After so many rounds that others' posts have undone, they wait until the next one is through.
constexpr int kMostRounds = 3;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;

MessageId Above(MessageId id, std::uint64_t distance) {
  return id.value == 0 ? id : MessageId{std::min(MessageId::kMax, id.value + distance)};
}

/// A write of a whole load to the read cache: every channel is announced before the store has it, and told after.
class CacheAnnouncement {
 public:
  explicit CacheAnnouncement(ReadCache* cache) : cache_(cache) {}
  ~CacheAnnouncement() {
    const auto drop = [](const cache::Block& /*block*/) -> cache::Block { return {}; };
    for (const std::string& channel : channels_) {
      const auto window = CacheKeyBytes::OfWindow(channel);
      cache_->core().EndWrite(cache_->KeyOf(window.bytes()), {}, drop);
    }
  }
  CacheAnnouncement(const CacheAnnouncement&) = delete;
  CacheAnnouncement& operator=(const CacheAnnouncement&) = delete;

  Status Add(std::string_view channel) {
    if (cache_ == nullptr) return {};
    channels_.emplace_back(channel);
    const auto window = CacheKeyBytes::OfWindow(channel);
    cache_->core().BeginWrite(cache_->KeyOf(window.bytes()));
    return {};
  }

 private:
  ReadCache* const cache_;
  std::vector<std::string> channels_;
};

}  // namespace

Publisher::~Publisher() { store_.posts.journal().End(); }

void Publisher::Watch(MessageId highest) {
  watched_ = Above(highest, kReachOfRenames);
  // From now on, who makes ids looks whether they are taken.
  store_.posts.RaiseHighestSupplied(watched_);
  store_.posts.journal().Begin({watched_, needs_.nonces, needs_.journal_bytes});
}

Status Publisher::Run(const std::function<Status()>& after_round) {
  std::shared_ptr<const engine::Snapshot> snapshot;
  {
    const AllChannels held(&store_.context);
    Watch(needs_.highest_id);
    snapshot = store_.context.NewSnapshot();
  }
  std::vector<ShardLoad*> again(parts_.begin(), parts_.end());
  for (int round = 1;; ++round) {
    RK_TRY(run_parts_(again, snapshot.get(), Posts::kGoOn));
    RK_TRY(after_round());
    again.clear();
    RK_TRY(FindConflicts(store_.posts.journal().Take(), &again));
    RK_TRY(WriteCatalog());
    RK_TRY(store_.committer.Flush(Keyspaces()));

    const base::MutexLock remaking(store_.context.buckets->remaking());
    RK_ASSIGN_OR_RETURN(const bool published, TryPublish(round, &again, &snapshot));
    if (!published) continue;
    // The load is stored, whatever comes of this: a map that is not complete is made anew by the next open or repair.
    const Status told = TellBuckets();
    if (!told.ok()) store_.context.buckets->GiveUp(told);
    return {};
  }
}

Result<bool> Publisher::TryPublish(int round, std::vector<ShardLoad*>* again,
                                   std::shared_ptr<const engine::Snapshot>* snapshot) {
  const AllChannels held(&store_.context);
  RK_TRY(FindConflicts(store_.posts.journal().Take(), again));
  if (HighestWritten() > watched_) {  // the journal has left ids out
    again->assign(parts_.begin(), parts_.end());
    Watch(HighestWritten());
  }
  if (!again->empty()) {
    // Whatever the journal has told is in this one.
    *snapshot = store_.context.NewSnapshot();
    if (round < kMostRounds) return false;
    RK_TRY(run_parts_(*again, snapshot->get(), Posts::kAreHeld));
    RK_TRY(WriteCatalog());
  }
  RK_TRY(Publish());
  return true;
}

Status Publisher::FindConflicts(const PostJournal::Notes& notes, std::vector<ShardLoad*>* again) {
  if (notes.incomplete) again->assign(parts_.begin(), parts_.end());
  for (ShardLoad* const part : parts_) {
    if (part->tables().empty()) continue;
    for (const auto& [shard, key] : notes.keys) {
      if (shard != part->shard() || std::find(again->begin(), again->end(), part) != again->end()) continue;
      RK_ASSIGN_OR_RETURN(const bool holds, part->tables().Contains(key));
      if (holds) again->push_back(part);
    }
  }
  return {};
}

Status Publisher::WriteCatalog() {
  if (std::all_of(parts_.begin(), parts_.end(), [](ShardLoad* part) { return part->tables().empty(); })) return {};
  RK_TRY(store_.committer.CheckWritable());
  RK_TRY(WriteDirectoryEntries());
  // Synced, and with it all that was written to the log before: the rows will be on disk.
  const auto scratch = store_.committer.NewScratch();
  const BatchNeeds needs{
      .now = store_.context.clock->Now(), .horizon = needs_.horizon, .highest_supplied = HighestSupplied()};
  // Past the gate: all channels may be held.
  return store_.context.gate->RunPast(Durability::kSync, [&](WriteAttempt* attempt) {
    return store_.growing_rows.Commit(*scratch->batch, needs, attempt);
  });
}

Status Publisher::WriteDirectoryEntries() {
  if (!store_.context.routes->places_channels()) return {};
  const auto batch = store_.context.engine->NewBatch();
  std::vector<std::string> channels;
  const auto write = [&]() -> Status {
    if (channels.empty()) return {};
    RK_TRY(store_.committer.Commit(*batch, Durability::kBuffered));
    for (const std::string& channel : channels) store_.context.routes->EntryStored(channel);
    store_.context.counters.channels_placed.Add(channels.size());
    channels.clear();
    batch->Clear();
    return {};
  };
  const auto add = [&](std::string_view channel) -> Status {
    const routing::WriteRoute route = store_.context.routes->FindOrPlace(channel);
    if (!route.remember) return {};
    store_.catalog.PutDirectoryEntry(batch.get(), channel, route.shard);
    channels.emplace_back(channel);
    return batch->byte_size() < kBatchBytes ? Status{} : write();
  };
  RK_TRY(VisitChannels(add));
  return write();
}

Status Publisher::Publish() {
  RK_TRY(store_.committer.CheckWritable());
  const std::vector<engine::KeyspaceId> keyspaces = Keyspaces();
  if (keyspaces.empty()) return {};
  store_.posts.RaiseHighestSupplied(HighestWritten());
  CacheAnnouncement announcement(store_.context.cache.get());
  if (store_.context.cache != nullptr) {
    RK_TRY(VisitChannels([&](std::string_view channel) { return announcement.Add(channel); }));
  }
  std::vector<std::unique_ptr<engine::SortedTable>> tables;
  for (ShardLoad* const part : parts_) part->tables().MoveTo(&tables);
  RK_TRY(LeaveBucketMap());
  return store_.committer.Ingest(&intake_, tables, keyspaces);
}

Status Publisher::LeaveBucketMap() {
  // Also of a map that is not in use: the next open would take up what it finds, which knows nothing of the load.
  const auto scratch = store_.committer.NewScratch();
  store_.catalog.DeleteBucketWidth(scratch->batch.get());
  RK_TRY(store_.committer.Commit(*scratch->batch, Durability::kSync));
  BucketMap& map = *store_.context.buckets;
  map_left_ = map.complete();
  map.SetComplete(false);
  return {};
}

Status Publisher::TellBuckets() {
  if (!map_left_) return {};
  for (ShardLoad* const part : parts_) {
    std::string channel;
    std::vector<std::pair<std::uint64_t, Tally>> gains;
    const auto tell = [&]() -> Status {
      Status told = gains.empty() ? Status() : store_.keeper.Absorb(channel, gains);
      gains.clear();
      return told;
    };
    std::string last;
    const auto take = [&](const NewBucket& bucket) -> Status {
      if (bucket.prefix != last) {
        RK_TRY(tell());
        last = bucket.prefix;
        channel = codec::ChannelOfPrefix(last).value_or(std::string());
      }
      gains.emplace_back(bucket.bucket,
                         Tally{.live = bucket.count, .bytes = bucket.bytes, .ids = {bucket.lowest, bucket.highest}});
      return {};
    };
    RK_TRY(part->buckets().VisitAll(take));
    RK_TRY(tell());
  }
  const auto scratch = store_.committer.NewScratch();
  store_.catalog.PutBucketWidth(scratch->batch.get(), store_.context.buckets->rule().width());
  RK_TRY(store_.committer.Commit(*scratch->batch, Durability::kBuffered));
  store_.context.buckets->SetComplete(true);
  return {};
}

Status Publisher::VisitChannels(const std::function<Status(std::string_view channel)>& visit) const {
  for (const ShardLoad* const part : parts_) {
    std::string last;
    const auto visit_channel = [&](const NewBucket& bucket) -> Status {
      if (bucket.prefix == last) return {};
      last = bucket.prefix;
      return visit(codec::ChannelOfPrefix(bucket.prefix).value_or(std::string()));
    };
    RK_TRY(part->buckets().VisitAll(visit_channel));
  }
  return {};
}

std::vector<engine::KeyspaceId> Publisher::Keyspaces() const {
  std::vector<engine::KeyspaceId> keyspaces;
  for (ShardLoad* const part : parts_) {
    if (!part->tables().empty()) keyspaces.push_back(part->tables().keyspace());
  }
  return keyspaces;
}

MessageId Publisher::HighestSupplied() const {
  MessageId highest;
  for (const ShardLoad* const part : parts_) highest = std::max(highest, part->outcome().highest_supplied);
  return highest;
}

MessageId Publisher::HighestWritten() const {
  MessageId highest;
  for (const ShardLoad* const part : parts_) highest = std::max(highest, part->outcome().highest_id);
  return highest;
}

}  // namespace rookery::store::bulk
