// Copying rows by hand, for bench/reshard.h: no comparison, no switch, nobody else who reads or writes.
#include "bench/reshard.h"

#include <string>

#include "bench/clocks.h"
#include "bench/failure.h"
#include "bench/raw/rocksdb_store.h"
#include "rookery/routing.h"
#include "routing/shard_map.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{256} << 10;

class RawCopyTask final : public Task {
 public:
  explicit RawCopyTask(const Ground& ground) : ground_(ground) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& ground) { return Run(ground); });
  }
  void Finish() override {}

 private:
  static Measurement Run(const Ground& ground) {
    RocksDbStore store(ground.directory, kShardsAfter);
    const EncodedChat& chat = ground.workload.encoded;
    const std::size_t messages = ground.workload.chat.sizes().messages;
    for (std::size_t i = 0; i < messages; ++i) {
      store.Put(chat.shard_of(ground.workload.chat.channel_of(i)), chat.key_of(i), chat.value_of(i));
      if (i % 100 == 99 || i + 1 == messages) store.Commit();
    }
    store.Compact();
    const routing::ShardMap before = routing::MakeShardMap(HashRouting{.shards = kShards});
    const routing::HashTable after =
        routing::GrowHashTable(std::get<routing::HashTable>(before.table), kShards, kShardsAfter);
    const auto target = [&after](std::string_view channel) {
      return std::uint32_t{after.shard_of_slot[routing::SlotOf(channel)]};
    };
    const std::int64_t began = WallNanoseconds();
    RocksDbStore::Copied copied;
    for (std::uint32_t shard = 0; shard < kShards; ++shard) store.CopyMoved(shard, target, kBatchBytes, &copied);
    const double seconds = static_cast<double>(WallNanoseconds() - began) / 1e9;
    Require(copied.rows > 0, "nothing was copied");
    store.Close();
    return {{"copied_rows", "/s", static_cast<double>(copied.rows) / seconds},
            {"copied_bytes", "B/s", static_cast<double>(copied.bytes) / seconds}};
  }

  const Ground ground_;
};

}  // namespace

std::unique_ptr<Task> NewRawCopyTask(const Ground& ground) { return std::make_unique<RawCopyTask>(ground); }

}  // namespace rookery::bench
