// What a write is to the bucket map: tells it of the messages of one batch before the batch is committed, adds the
// marks that the batch must bring, and tells it afterwards what became of the batch.
//
// Hold the channels' locks, shared, while it lives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/buckets/bucket_map.h"

namespace rookery::store {

/// Owned by one thread. The channels' names must outlive it.
class BucketWrite {
 public:
  explicit BucketWrite(BucketMap* map, std::size_t expected_changes = 1) : map_(*map) {
    changes_.reserve(expected_changes);
  }

  /// The batch stores a message that was not there. `bytes`: of its key and value. Those of a channel come together:
  /// they are looked up together.
  void Posts(engine::KeyspaceId keyspace, std::string_view channel, MessageId id, std::size_t bytes) {
    changes_.push_back({channel, id, static_cast<std::int64_t>(bytes), keyspace, What::kPosts, /*marks=*/false});
  }
  /// After all Posts, before the commit.
  void CountPosts(engine::Batch* batch);
  /// The batch makes the row of a message larger by `growth` bytes, or smaller.
  void Edits(engine::KeyspaceId keyspace, std::string_view channel, MessageId id, std::int64_t growth,
             engine::Batch* batch);
  /// The batch deletes a message that is there. Errors: those of reading the channel's rows.
  Status Deletes(engine::KeyspaceId keyspace, std::string_view channel, MessageId id, std::size_t bytes,
                 engine::Batch* batch);

  /// `outcome` of the commit, which is returned. kBusy says that nothing was written; another error leaves that open.
  Status Finish(Status outcome);
  /// After Finish: a delete left nothing in its bucket.
  bool emptied() const { return emptied_; }
  /// After Finish: how many messages were deleted in the bucket of the last delete since somebody looked for graves.
  std::uint64_t unprobed() const { return unprobed_; }

 private:
  enum class What : std::uint8_t { kPosts, kEdits, kDeletes };
  struct Change {
    std::string_view channel;
    MessageId id;
    std::int64_t bytes;
    engine::KeyspaceId keyspace;
    What what;
    bool marks;
  };
  void PrefetchBuckets() const;
  void PutMark(engine::KeyspaceId keyspace, std::string_view channel, MessageId id, engine::Batch* batch) const;
  void Committed(const Change& change);

  BucketMap& map_;
  std::vector<Change> changes_;
  bool emptied_ = false;
  std::uint64_t unprobed_ = 0;
};

}  // namespace rookery::store
