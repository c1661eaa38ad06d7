#include "routing/directory_router.h"

#include <string>

#include "base/text.h"
#include "routing/route_steps.h"

namespace rookery::routing {

DirectoryRouter::DirectoryRouter(const ShardMap& shard_map)
    : Router(shard_map),
      table_(std::get<DirectoryTable>(map().table)),
      bytes_written_(map().shards),
      channel_counts_(map().shards) {}

std::optional<ShardId> DirectoryRouter::Find(std::string_view channel) const {
  const auto entry = channels_.Find(channel);
  return entry ? std::optional(entry->shard) : std::nullopt;
}

WriteRoute DirectoryRouter::FindOrPlace(std::string_view channel) {
  if (const auto entry = channels_.Find(channel)) return {entry->shard, !entry->stored};
  const base::MutexLock lock(placement_mutex_);
  // Another writer may have placed it between the two looks.
  if (const auto entry = channels_.Find(channel)) return {entry->shard, !entry->stored};
  std::vector<ShardLoad> loads;
  const ShardId shard = Place(table_.placement, InputFor(channel, &loads));
  Add(channel, {.shard = shard, .stored = false});
  return {shard, true};
}

void DirectoryRouter::Learn(std::string_view channel, ShardId shard) {
  const base::MutexLock lock(placement_mutex_);
  Add(channel, {.shard = shard, .stored = true});
}

void DirectoryRouter::NoteWritten(ShardId shard, std::uint64_t bytes) {
  if (counts_bytes()) bytes_written_[shard.value].fetch_add(bytes, std::memory_order_relaxed);
}

void DirectoryRouter::NoteNotWritten(ShardId shard, std::uint64_t bytes) {
  if (counts_bytes()) bytes_written_[shard.value].fetch_sub(bytes, std::memory_order_relaxed);
}

std::vector<ShardLoad> DirectoryRouter::Loads() const {
  if (!counts_bytes()) return {};
  const base::MutexLock lock(placement_mutex_);
  std::vector<ShardLoad> loads;
  InputFor({}, &loads);
  return loads;
}

RouteExplanation DirectoryRouter::Explain(std::string_view channel) const {
  const base::MutexLock lock(placement_mutex_);
  if (const auto entry = channels_.Find(channel)) {
    RouteExplanation explanation =
        ExplanationOf(map(), channel, entry->shard,
                      {{"entry", base::ShardName(entry->shard) + (entry->stored ? "" : ", not stored yet")}});
    explanation.placed = entry->stored;
    return explanation;
  }
  std::vector<ShardLoad> loads;
  const PlacementInput input = InputFor(channel, &loads);
  const ShardId shard = Place(table_.placement, input);
  RouteExplanation explanation = ExplanationOf(map(), channel, shard,
                                               {{"entry", "none: the first write places the channel"},
                                                {"placement", WhyPlaced(table_.placement, input, shard)}});
  explanation.placed = false;
  return explanation;
}

PlacementInput DirectoryRouter::InputFor(std::string_view channel, std::vector<ShardLoad>* loads) const {
  loads->resize(channel_counts_.size());
  for (std::size_t shard = 0; shard < loads->size(); ++shard) {
    (*loads)[shard] = {channel_counts_[shard], bytes_written_[shard].load(std::memory_order_relaxed)};
  }
  return {.channel = channel, .loads = *loads, .weights = table_.weights, .entries = entries_};
}

void DirectoryRouter::Add(std::string_view channel, DirectoryEntry entry) {
  if (!channels_.Insert(channel, entry)) return;
  ++channel_counts_[entry.shard.value];
  ++entries_;
}

}  // namespace rookery::routing
