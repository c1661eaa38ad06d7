// Makes the parts of a load visible, all at once.
//
// The parts were compared with a snapshot. What was posted since is in the journal; a part that holds one of those keys
// is done again, by a newer snapshot. Posts are kept out only while a snapshot is taken and from the last look into the
// journal until the tables are in: every channel is held then, so nobody is between looking and writing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rookery/types.h"
#include "store/bulk/shard_load.h"
#include "store/store_impl.h"

namespace rookery::store::bulk {

/// Used by one thread, for one load.
class Publisher {
 public:
  /// Whether all channels are held: then nothing of the caller's may be called back.
  enum class Posts { kGoOn, kAreHeld };
  /// Does parts by a snapshot.
  using RunParts = std::function<Status(std::span<ShardLoad* const>, const engine::Snapshot*, Posts)>;
  struct Needs {
    MessageId highest_id;  // that a message brought, or got
    bool nonces = false;
    std::optional<Timestamp> horizon;
    std::size_t journal_bytes = 0;
  };

  Publisher(StoreImpl::WriteParts store, engine::Intake* intake, std::span<ShardLoad* const> parts, const Needs& needs,
            RunParts run_parts)
      : store_(store), intake_(*intake), parts_(parts), needs_(needs), run_parts_(std::move(run_parts)) {}
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Does all parts, as often as it takes, and publishes them. `after_round`: called whenever parts have been done
  /// while posts go on; its error ends the load.
  Status Run(const std::function<Status()>& after_round);

 private:
  /// Publishes, if no part has to be done again. Else says which, and by which snapshot; in the last round it does
  /// them.
  Result<bool> TryPublish(int round, std::vector<ShardLoad*>* again, std::shared_ptr<const engine::Snapshot>* snapshot);
  /// Tells the journal, and who makes ids, what the load might hold. REQUIRES: all channels are held.
  void Watch(MessageId highest);
  /// Adds the parts that hold one of the keys to `again`.
  Status FindConflicts(const PostJournal::Notes& notes, std::vector<ShardLoad*>* again);
  /// What must be stored before the rows are. Harmless without them.
  Status WriteCatalog();
  Status WriteDirectoryEntries();
  /// REQUIRES: all channels are held.
  Status Publish();
  /// From now on nobody reads by the bucket map, also after a crash, until TellBuckets is through.
  Status LeaveBucketMap();
  /// Tells the bucket map what was loaded, channel by channel, while others post.
  Status TellBuckets();
  Status VisitChannels(const std::function<Status(std::string_view channel)>& visit) const;
  std::vector<engine::KeyspaceId> Keyspaces() const;
  MessageId HighestSupplied() const;
  MessageId HighestWritten() const;

  const StoreImpl::WriteParts store_;
  engine::Intake& intake_;
  const std::span<ShardLoad* const> parts_;
  const Needs needs_;
  const RunParts run_parts_;
  bool map_left_ = false;
  MessageId watched_;  // the journal notes ids up to it; 0: none yet
};

}  // namespace rookery::store::bulk
