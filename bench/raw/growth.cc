// Raw RocksDB as it grows: values and shards are ready, a key is the channel's ready part and an id.
#include "bench/growth.h"

#include "bench/raw/decode.h"
#include "bench/raw/rocksdb_store.h"
#include "codec/key_format.h"

namespace rookery::bench {
namespace {

class RocksDbForGrowth final : public GrowthStore {
 public:
  RocksDbForGrowth(const Workload& workload, const EndlessChat& chat, const std::filesystem::path& directory)
      : encoded_(workload.encoded), chat_(chat), store_(directory, kShards) {}

  void Post(std::size_t first, std::size_t count) override {
    for (std::size_t i = first; i < first + count; ++i) {
      store_.Put(ShardOf(i), KeyOf(i), encoded_.value_of(chat_.origin_of(i)));
    }
    store_.Commit();
  }
  bool Get(std::size_t message) override {
    rocksdb::PinnableSlice value;
    return store_.Read(ShardOf(message), KeyOf(message), &value);
  }
  std::optional<Row> Message(std::size_t message) override {
    rocksdb::PinnableSlice value;
    if (!store_.Read(ShardOf(message), KeyOf(message), &value)) return std::nullopt;
    return DecodeRow(chat_.id_of(message), value.ToStringView());
  }
  std::uint64_t Scroll(std::size_t channel) override {
    return store_
        .ReadPage(encoded_.shard_of(channel), encoded_.first_key_of(channel), encoded_.end_key_of(channel),
                  kScrollLimit)
        .Checksum();
  }
  void Close() override { store_.Close(); }

 private:
  std::uint32_t ShardOf(std::size_t message) const { return encoded_.shard_of(chat_.channel_of(message)); }
  std::string KeyOf(std::size_t message) const {
    std::string key = encoded_.first_key_of(chat_.channel_of(message));
    codec::AppendMessageId(&key, chat_.id_of(message));
    return key;
  }

  const EncodedChat& encoded_;
  const EndlessChat& chat_;
  RocksDbStore store_;
};

}  // namespace

std::unique_ptr<GrowthStore> OpenRocksDbForGrowth(const Workload& workload, const EndlessChat& chat,
                                                  const std::filesystem::path& directory) {
  return std::make_unique<RocksDbForGrowth>(workload, chat, directory);
}

}  // namespace rookery::bench
