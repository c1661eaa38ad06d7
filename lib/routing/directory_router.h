// Directory routing: every channel has an entry; an unseen one gets its shard from the placement policy.
//
// Invariant: once FindOrPlace has named a channel's shard, every later answer of the same router names the same one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "routing/directory.h"
#include "routing/router.h"

namespace rookery::routing {

/// Thread-safe; a channel that has its entry costs a shared lock. REQUIRES: the map holds a DirectoryTable.
class DirectoryRouter final : public Router {
 public:
  /// `placing`: where unseen channels go, in place of what the map says.
  DirectoryRouter(const ShardMap& shard_map, std::shared_ptr<Directory> directory,
                  std::optional<DirectoryTable> placing);

  std::optional<ShardId> Find(std::string_view channel) const override;
  WriteRoute FindOrPlace(std::string_view channel) override;
  void EntryStored(std::string_view channel) override { directory_->MarkStored(channel); }
  void Learn(std::string_view channel, ShardId shard) override { directory_->Learn(channel, shard); }
  void NoteWritten(ShardId shard, std::uint64_t bytes) override;
  void NoteNotWritten(ShardId shard, std::uint64_t bytes) override;
  std::vector<ShardLoad> Loads() const override;
  RouteExplanation Explain(std::string_view channel) const override;
  std::shared_ptr<Directory> directory() const override { return directory_; }

 private:
  bool counts_bytes() const { return placing_.placement == Placement::kLeastLoaded; }

  const std::shared_ptr<Directory> directory_;
  const DirectoryTable placing_;
};

}  // namespace rookery::routing
