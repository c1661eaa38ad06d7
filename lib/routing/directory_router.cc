#include "routing/directory_router.h"

#include <utility>

#include "base/text.h"
#include "routing/route_steps.h"

namespace rookery::routing {

DirectoryRouter::DirectoryRouter(const ShardMap& shard_map, std::shared_ptr<Directory> directory,
                                 std::optional<DirectoryTable> placing)
    : Router(shard_map),
      directory_(std::move(directory)),
      placing_(placing ? *std::move(placing) : std::get<DirectoryTable>(map().table)) {}

std::optional<ShardId> DirectoryRouter::Find(std::string_view channel) const {
  const auto entry = directory_->Find(channel, map().epoch);
  // A channel that was placed when there were more shards had nothing in this map's time.
  return entry && entry->shard.value < map().shards ? std::optional(entry->shard) : std::nullopt;
}

WriteRoute DirectoryRouter::FindOrPlace(std::string_view channel) {
  const DirectoryEntry entry = directory_->FindOrPlace(channel, map().epoch, placing_);
  return {.shard = entry.shard, .remember = !entry.stored};
}

void DirectoryRouter::NoteWritten(ShardId shard, std::uint64_t bytes) {
  if (counts_bytes()) directory_->NoteWritten(shard, bytes);
}

void DirectoryRouter::NoteNotWritten(ShardId shard, std::uint64_t bytes) {
  if (counts_bytes()) directory_->NoteNotWritten(shard, bytes);
}

std::vector<ShardLoad> DirectoryRouter::Loads() const {
  return counts_bytes() ? directory_->Loads(map().shards) : std::vector<ShardLoad>();
}

RouteExplanation DirectoryRouter::Explain(std::string_view channel) const {
  if (const auto entry = directory_->Find(channel, map().epoch)) {
    RouteExplanation explanation =
        ExplanationOf(map(), channel, entry->shard,
                      {{"entry", base::ShardName(entry->shard) + (entry->stored ? "" : ", not stored yet")}});
    explanation.placed = entry->stored;
    return explanation;
  }
  const Directory::Choice choice = directory_->WouldPlace(channel, placing_);
  RouteExplanation explanation = ExplanationOf(
      map(), channel, choice.shard, {{"entry", "none: the first write places the channel"}, {"placement", choice.why}});
  explanation.placed = false;
  return explanation;
}

}  // namespace rookery::routing
