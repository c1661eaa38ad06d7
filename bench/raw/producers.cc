// Raw RocksDB under many producers: what its own group commit makes of threads that each call Put.
#include "bench/producers.h"

#include "bench/failure.h"
#include "bench/raw/rocksdb_store.h"

namespace rookery::bench {
namespace {

class RocksDbForProducers final : public ProducerStore {
 public:
  RocksDbForProducers(const Workload& workload, const std::filesystem::path& directory, const ProducerLoad& load)
      : workload_(workload), load_(load), store_(directory, kShards) {}

  void Post(std::size_t message) override {
    const std::uint32_t shard = workload_.encoded.shard_of(workload_.chat.channel_of(message));
    store_.PutNow(shard, workload_.encoded.key_of(message), workload_.encoded.value_of(message), load_.sync);
  }
  void AwaitAnswers() override {}
  void CheckAndClose() override {
    for (std::size_t channel = 0; channel < workload_.chat.sizes().channels; ++channel) CheckChannel(channel);
    store_.Close();
  }

 private:
  void CheckChannel(std::size_t channel) {
    const EncodedChat& encoded = workload_.encoded;
    const auto messages = workload_.chat.messages_of(channel);
    std::size_t posted = 0;
    rocksdb::PinnableSlice value;
    for (const std::uint32_t message : messages) {
      if (message >= load_.messages) break;
      const bool found = store_.Read(encoded.shard_of(channel), encoded.key_of(message), &value);
      Require(found && value.ToStringView() == encoded.value_of(message), "a row that was put reads otherwise");
      value.Reset();
      ++posted;
    }
    const std::size_t rows =
        store_
            .ReadPage(encoded.shard_of(channel), encoded.first_key_of(channel), encoded.end_key_of(channel), posted + 1)
            .size();
    Require(rows == posted, "a channel holds other rows than were put");
  }

  const Workload& workload_;
  const ProducerLoad load_;
  RocksDbStore store_;
};

}  // namespace

std::unique_ptr<ProducerStore> OpenRocksDbForProducers(const Workload& workload, const std::filesystem::path& directory,
                                                       const ProducerLoad& load) {
  return std::make_unique<RocksDbForProducers>(workload, directory, load);
}

}  // namespace rookery::bench
