#include "routing/directory.h"

namespace rookery::routing {

DirectoryEntry Directory::FindOrPlace(std::string_view channel, Epoch epoch, const DirectoryTable& table) {
  if (const auto entry = channels_.Find(channel, epoch)) return *entry;
  const base::MutexLock lock(placement_mutex_);
  // Another writer may have placed it between the two looks.
  if (const auto entry = channels_.Find(channel, epoch)) return *entry;
  std::vector<ShardLoad> loads;
  const DirectoryEntry placed{.shard = Place(table.placement, InputFor(channel, table, &loads)), .stored = false};
  Add(channel, placed);
  return placed;
}

void Directory::Learn(std::string_view channel, ShardId shard) {
  const base::MutexLock lock(placement_mutex_);
  Add(channel, {.shard = shard, .stored = true});
}

void Directory::Move(std::string_view channel, DirectoryMove move) {
  const base::MutexLock lock(placement_mutex_);
  const auto [first, moves] = channels_.HistoryOf(channel);
  --channel_counts_[(moves.empty() ? first : moves.back().shard).value];
  ++channel_counts_[move.shard.value];
  channels_.Move(channel, move);
}

void Directory::Forget(std::string_view channel) {
  const base::MutexLock lock(placement_mutex_);
  const auto [first, moves] = channels_.HistoryOf(channel);
  if (!channels_.EraseIfNotStored(channel)) return;
  --channel_counts_[first.value];
  --entries_;
}

std::vector<ShardLoad> Directory::Loads(std::size_t shards) const {
  const base::MutexLock lock(placement_mutex_);
  return LoadsNow(shards);
}

Directory::Choice Directory::WouldPlace(std::string_view channel, const DirectoryTable& table) const {
  const base::MutexLock lock(placement_mutex_);
  std::vector<ShardLoad> loads;
  const PlacementInput input = InputFor(channel, table, &loads);
  const ShardId shard = Place(table.placement, input);
  return {shard, WhyPlaced(table.placement, input, shard)};
}

PlacementInput Directory::InputFor(std::string_view channel, const DirectoryTable& table,
                                   std::vector<ShardLoad>* loads) const {
  *loads = LoadsNow(table.weights.size());
  return {.channel = channel, .loads = *loads, .weights = table.weights, .entries = entries_};
}

std::vector<ShardLoad> Directory::LoadsNow(std::size_t shards) const {
  std::vector<ShardLoad> loads(shards);
  for (std::size_t shard = 0; shard < shards; ++shard) {
    loads[shard] = {channel_counts_[shard], bytes_written_[shard].load(std::memory_order_relaxed)};
  }
  return loads;
}

void Directory::Add(std::string_view channel, DirectoryEntry entry) {
  if (!channels_.Insert(channel, entry)) return;
  ++channel_counts_[entry.shard.value];
  ++entries_;
}

}  // namespace rookery::routing
