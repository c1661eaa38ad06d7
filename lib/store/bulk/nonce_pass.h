// The nonces of one shard, walked beside the stored ones.
#pragma once

#include "store/bulk/shard_load.h"

namespace rookery::store::bulk {

/// Used by one thread.
class NoncePass {
 public:
  NoncePass(ShardLoad* part, const engine::Snapshot* snapshot) : part_(*part), snapshot_(snapshot) {}

  /// Finds out whose nonce is known already.
  Status FindKnown();
  /// Writes the nonces of the messages that were written.
  Status WriteOthers();

 private:
  /// Calls visit(key, entry, is_first) for each nonce of the load, with is_first for the first message that brings it,
  /// unless it is stored; for those that are stored is_first is false.
  template <typename Visit>
  Status Walk(Visit&& visit);

  ShardLoad& part_;
  const engine::Snapshot* const snapshot_;
};

}  // namespace rookery::store::bulk
