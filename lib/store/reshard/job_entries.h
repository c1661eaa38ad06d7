// What a reshard job does to the entries of a directory: it writes down where channels will be from the epoch on to
// which it leads, long before that epoch comes; so the exchange of maps is one row, however many channels move.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/status.h"
#include "routing/directory.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/context.h"
#include "store/reshard/job.h"
#include "store/reshard/mirror.h"

namespace rookery::store {

/// Used once, for one of the three, by a thread that holds no channel. Each may be done again after a crash.
class JobEntries {
 public:
  JobEntries(Context* context, const Catalog* catalog, Committer* committer, const Mirror* mirror)
      : context_(*context),
        catalog_(*catalog),
        committer_(*committer),
        mirror_(*mirror),
        scratch_(committer->NewScratch()) {}

  /// Where the channels will be: those of `entries`, and those that hold nothing and lose their shard.
  Status Move(const ReshardJob& job, const std::vector<std::pair<std::string, ShardId>>& entries);
  /// The same, for the epoch in which a job has gone back.
  Status Revert(const ReshardJob& job);
  /// Only where they are now is left.
  Status Clean(const ReshardJob& job);

 private:
  /// To `to`, or if that is absent and it loses its shard, to where the policy says. With the channel's lock held: a
  /// first write that is under way would store the entry as it was.
  Status MoveOne(routing::Directory* directory, const ReshardJob& job, const std::string& channel,
                 std::optional<ShardId> to);
  Status CommitIfFull();
  Status Commit();
  /// Calls visit(channel) for all channels of the directory until one call fails.
  template <typename Visit>
  static Status VisitChannels(const routing::Directory& directory, Visit&& visit);

  Context& context_;
  const Catalog& catalog_;
  Committer& committer_;
  const Mirror& mirror_;
  Committer::Lease scratch_;
};

}  // namespace rookery::store
