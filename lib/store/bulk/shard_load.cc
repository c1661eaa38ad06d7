#include "store/bulk/shard_load.h"

#include "base/macros.h"
#include "store/bulk/message_pass.h"
#include "store/bulk/nonce_pass.h"

namespace rookery::store::bulk {

ShardLoad::ShardLoad(LoadContext* load, ShardId shard, const ShardRuns& runs)
    : load_(*load),
      shard_(shard),
      runs_(runs),
      keyspace_(load->store.KeyspaceOf(shard)),
      tables_(load->intake, keyspace_, load->packing),
      buckets_(load->intake, load->store.buckets->rule()) {}

std::uint64_t ShardLoad::input_bytes() const {
  std::uint64_t bytes = 0;
  for (const Extent& extent : runs_.messages) bytes += extent.end - extent.begin;
  for (const Extent& extent : runs_.nonces) bytes += extent.end - extent.begin;
  return bytes;
}

Status ShardLoad::Run(const engine::Snapshot* snapshot) {
  known_nonces_.Clear();
  NoncePass nonces(this, snapshot);
  RK_TRY(nonces.FindKnown());
  Tangles tangles;
  do {
    outcome_ = {};
    left_out_.Clear();
    moved_.clear();
    tables_.Discard();
    buckets_.Discard();
    RK_TRY(MessagePass(this, snapshot, &tangles).Run());
  } while (tangles.Grown());
  RK_TRY(buckets_.Finish());
  RK_TRY(nonces.WriteOthers());
  return tables_.Finish();
}

}  // namespace rookery::store::bulk
