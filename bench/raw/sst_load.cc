#include "bench/raw/sst_load.h"

#include <algorithm>

#include "bench/raw/rocksdb_store.h"

namespace rookery::bench {

SstLoad::SstLoad(const Workload& workload, std::uint32_t shards) : workload_(workload), sorted_(shards) {
  const Chat& chat = workload.chat;
  for (std::size_t message = 0; message < chat.sizes().messages; ++message) {
    sorted_[workload.encoded.shard_of(chat.channel_of(message))].push_back(static_cast<std::uint32_t>(message));
  }
  const auto by_key = [&](std::uint32_t a, std::uint32_t b) {
    return workload.encoded.key_of(a) < workload.encoded.key_of(b);
  };
  for (auto& messages : sorted_) std::sort(messages.begin(), messages.end(), by_key);
}

SstLoad::~SstLoad() = default;

void SstLoad::Create(const std::filesystem::path& directory) {
  store_ = std::make_unique<RocksDbStore>(directory, static_cast<std::uint32_t>(sorted_.size()));
}

void SstLoad::Load() {
  for (std::uint32_t shard = 0; shard < sorted_.size(); ++shard) {
    for (const std::uint32_t message : sorted_[shard]) {
      store_->AddToTable(shard, workload_.encoded.key_of(message), workload_.encoded.value_of(message));
    }
    store_->FinishTable();
  }
  store_->IngestTables();
}

void SstLoad::Close() { store_->Close(); }

}  // namespace rookery::bench
