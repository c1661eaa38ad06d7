// Raw RocksDB, the baseline and the strictest one: keys, values and shards are ready, so what is timed is RocksDB
// alone.
#include "bench/contender.h"
#include "bench/raw/decode.h"
#include "bench/raw/rocksdb_store.h"

namespace rookery::bench {
namespace {

class RocksDbContender final : public Contender {
 public:
  RocksDbContender(const Workload& workload, const std::filesystem::path& directory)
      : chat_(workload.chat), encoded_(workload.encoded), store_(directory, kShards) {}

  void Post(std::size_t first, std::size_t count) override {
    for (std::size_t i = first; i < first + count; ++i) {
      store_.Put(ShardOfMessage(i), encoded_.key_of(i), encoded_.value_of(i));
    }
    store_.Commit();
  }

  std::uint64_t Scroll(std::size_t channel) override {
    return store_
        .ReadPage(encoded_.shard_of(channel), encoded_.first_key_of(channel), encoded_.end_key_of(channel),
                  kScrollLimit)
        .Checksum();
  }

  bool Get(std::size_t message) override {
    rocksdb::PinnableSlice value;
    return store_.Read(ShardOfMessage(message), encoded_.key_of(message), &value);
  }

  std::vector<Row> Page(std::size_t channel, std::optional<MessageId> before, std::size_t limit) override {
    const std::string first = SeekKey(encoded_, channel, before);
    return DecodeRows(store_.ReadPage(encoded_.shard_of(channel), first, encoded_.end_key_of(channel), limit));
  }

  std::optional<Row> Message(std::size_t message) override {
    rocksdb::PinnableSlice value;
    if (!store_.Read(ShardOfMessage(message), encoded_.key_of(message), &value)) return std::nullopt;
    return DecodeRow(chat_.id_of(message), value.ToStringView());
  }

  void Compact() override { store_.Compact(); }
  void Close() override { store_.Close(); }

 private:
  std::uint32_t ShardOfMessage(std::size_t message) const { return encoded_.shard_of(chat_.channel_of(message)); }

  const Chat& chat_;
  const EncodedChat& encoded_;
  RocksDbStore store_;
};

}  // namespace

std::unique_ptr<Contender> OpenRocksDb(const Workload& workload, const std::filesystem::path& directory) {
  return std::make_unique<RocksDbContender>(workload, directory);
}

}  // namespace rookery::bench
