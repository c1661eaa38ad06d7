// Retention as it is written by hand: a compaction filter drops what is too old, reads do not look that far back, and
// each day a third of the shards is compacted. So each is rewritten when a tenth of it is dead, as Rookery does it.
#include "bench/year.h"

#include <rocksdb/compaction_filter.h>

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bench/raw/decode.h"
#include "bench/raw/rocksdb_store.h"
#include "codec/key_format.h"
#include "rookery/options.h"

namespace rookery::bench {
namespace {

constexpr std::uint32_t kDaysBetweenCompactions = 3;

/// The first id that may stay, as filters see it.
using KeptFrom = std::shared_ptr<std::atomic<std::uint64_t>>;

class AgeFilter final : public rocksdb::CompactionFilter {
 public:
  explicit AgeFilter(std::uint64_t kept_from) : kept_from_(kept_from) {}

  bool Filter(int /*level*/, const rocksdb::Slice& key, const rocksdb::Slice& /*value*/, std::string* /*new_value*/,
              bool* /*value_changed*/) const override {
    return IdOfKey(key.ToStringView()).value < kept_from_;
  }
  const char* Name() const override { return "age"; }

 private:
  const std::uint64_t kept_from_;
};

class AgeFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  explicit AgeFilterFactory(KeptFrom kept_from) : kept_from_(std::move(kept_from)) {}

  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& /*context*/) override {
    return std::make_unique<AgeFilter>(kept_from_->load(std::memory_order_relaxed));
  }
  const char* Name() const override { return "age"; }

 private:
  const KeptFrom kept_from_;
};

class RocksDbForYear final : public YearStore {
 public:
  RocksDbForYear(const Workload& workload, const std::filesystem::path& directory, Timestamp now)
      : workload_(workload),
        kept_from_(std::make_shared<std::atomic<std::uint64_t>>(YearKeptFrom(now).value)),
        store_(
            directory, kShards,
            {.write_buffer_bytes = kYearWriteBufferBytes, .filter = std::make_shared<AgeFilterFactory>(kept_from_)}) {}

  MessageId Post(std::size_t message, Timestamp now) override {
    kept_from_->store(YearKeptFrom(now).value, std::memory_order_relaxed);
    const auto since_epoch = static_cast<std::uint64_t>((now - IdOptions{}.epoch).count());
    const MessageId id{since_epoch << MessageId::kTimeShift};
    const std::size_t channel = workload_.chat.channel_of(message);
    store_.PutNow(workload_.encoded.shard_of(channel), KeyOf(channel, id), workload_.encoded.value_of(message),
                  /*sync=*/false);
    return id;
  }
  void ReadLatest(std::size_t channel, std::vector<MessageId>* ids) override {
    const ArenaPage page = ReadPage(channel, kScrollLimit);
    ids->clear();
    for (std::size_t i = 0; i < page.size(); ++i) ids->push_back(page.id(i));
  }
  bool Get(std::size_t channel, MessageId id) override {
    rocksdb::PinnableSlice value;
    return store_.Read(workload_.encoded.shard_of(channel), KeyOf(channel, id), &value);
  }
  std::vector<Row> ReadAll(std::size_t channel) override {
    return DecodeRows(ReadPage(channel, workload_.chat.messages_of(channel).size()));
  }
  void EnforceRetention() override {
    for (std::uint32_t shard = turn_++ % kDaysBetweenCompactions; shard < kShards; shard += kDaysBetweenCompactions) {
      store_.CompactShard(shard);
    }
  }
  void Compact() override { store_.Compact(); }
  void Close() override { store_.Close(); }

 private:
  std::string KeyOf(std::size_t channel, MessageId id) const {
    std::string key = workload_.encoded.first_key_of(channel);
    codec::AppendMessageId(&key, id);
    return key;
  }
  /// Not further back than what may stay.
  ArenaPage ReadPage(std::size_t channel, std::size_t limit) {
    const MessageId kept_from{kept_from_->load(std::memory_order_relaxed)};
    return store_.ReadPage(workload_.encoded.shard_of(channel), workload_.encoded.first_key_of(channel),
                           SeekKey(workload_.encoded, channel, kept_from), limit);
  }

  const Workload& workload_;
  const KeptFrom kept_from_;
  std::uint32_t turn_ = 0;
  RocksDbStore store_;
};

}  // namespace

std::unique_ptr<YearStore> OpenRocksDbForYear(const Workload& workload, const std::filesystem::path& directory,
                                              Timestamp now) {
  return std::make_unique<RocksDbForYear>(workload, directory, now);
}

}  // namespace rookery::bench
