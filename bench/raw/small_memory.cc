// Little memory and many shards: 128 shards with 64 MiB for all. The whole chat is posted one message at a time, and
// what is measured is how much the process grew, how fast that was, and how long the slowest write took.
//
// Raw RocksDB is told of the same 64 MiB by the means that it has, a write-buffer manager that does not stall, charged
// to a block cache of that size; all else is as it comes.
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "bench/clocks.h"
#include "bench/entrant.h"
#include "bench/failure.h"
#include "bench/memory_use.h"
#include "bench/workload.h"
#include "rookery/store.h"

namespace rookery::bench {
namespace {

constexpr std::uint32_t kManyShards = 128;
constexpr std::size_t kMemory = std::size_t{64} << 20;

void Check(const rocksdb::Status& status) { Require(status.ok(), "RocksDB: " + status.ToString()); }

/// A store that was just made.
class Target {
 public:
  virtual ~Target() = default;
  virtual void Post(std::size_t message) = 0;
  /// How many messages it holds, about.
  virtual std::uint64_t Count() = 0;
  virtual void Close() = 0;
};

class RookeryTarget final : public Target {
 public:
  explicit RookeryTarget(const Ground& ground)
      : chat_(ground.workload.chat),
        store_(Require(
            Store::Open(ground.directory, {.routing = HashRouting{.shards = kManyShards}, .memory = kMemory}))) {}

  void Post(std::size_t message) override {
    Require(store_.Post({.channel = chat_.channel_name(chat_.channel_of(message)),
                         .author = chat_.author_of(message),
                         .content = chat_.content_of(message)}));
  }
  std::uint64_t Count() override { return Require(store_.Stats()).counters.messages_posted; }
  void Close() override { Require(store_.Close()); }

 private:
  const Chat& chat_;
  Store store_;
};

class RocksDbTarget final : public Target {
 public:
  explicit RocksDbTarget(const Ground& ground) : chat_(ground.workload.chat), rows_(ground.workload.encoded) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(kMemory);
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.write_buffer_manager =
        std::make_shared<rocksdb::WriteBufferManager>(kMemory, table.block_cache, /*allow_stall=*/false);
    std::filesystem::create_directories(ground.directory);
    rocksdb::DB* database = nullptr;
    Check(rocksdb::DB::Open(options, ground.directory.string(), &database));
    database_.reset(database);
    std::vector<std::string> names;
    for (std::uint32_t shard = 0; shard < kManyShards; ++shard) names.push_back("shard-" + std::to_string(shard));
    Check(database_->CreateColumnFamilies(options, names, &families_));
  }
  ~RocksDbTarget() override {
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      database_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
  }

  void Post(std::size_t message) override {
    rocksdb::ColumnFamilyHandle* family = families_[chat_.channel_of(message) % kManyShards];
    Check(database_->Put({}, family, rows_.key_of(message), rows_.value_of(message)));
  }
  std::uint64_t Count() override { return database_->GetLatestSequenceNumber(); }
  void Close() override { Check(database_->SyncWAL()); }

 private:
  const Chat& chat_;
  const EncodedChat& rows_;
  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

template <typename Made>
class SmallMemoryTask final : public Task {
 public:
  explicit SmallMemoryTask(const Ground& ground) : ground_(ground) {}

  Measurement RunRound(int round) override {
    return OnFreshGround(ground_, round, [this](const Ground& fresh) { return Fill(fresh); });
  }
  void Finish() override {}

 private:
  Measurement Fill(const Ground& ground) {
    const std::size_t messages = ground.workload.chat.sizes().messages;
    Made target(ground);
    std::uint64_t most = empty_;
    std::int64_t slowest = 0;
    const std::int64_t begin = WallNanoseconds();
    for (std::size_t message = 0; message < messages; ++message) {
      const std::int64_t start = WallNanoseconds();
      target.Post(message);
      slowest = std::max(slowest, WallNanoseconds() - start);
      if (message % kBetweenLooks == 0 || message + 1 == messages) most = std::max(most, ReadMemoryUse().now);
    }
    const auto nanoseconds = static_cast<double>(WallNanoseconds() - begin);
    Require(target.Count() == messages, "not every message was stored");
    target.Close();
    const double added = static_cast<double>(most - empty_) / kMiB;
    return {{"memory_added", "MiB", added},
            {"of_the_budget", "x", added * kMiB / static_cast<double>(kMemory)},
            {"posts_per_second", "posts/s", static_cast<double>(messages) * 1e9 / nanoseconds},
            {"slowest_write", "ms", static_cast<double>(slowest) / 1e6}};
  }

  static constexpr std::size_t kBetweenLooks = 10'000;  // looking costs some microseconds
  static constexpr double kMiB = 1024.0 * 1024.0;

  const Ground ground_;
  const std::uint64_t empty_ = ReadMemoryUse().now;
};

}  // namespace

Entrants SmallMemory() {
  const auto with = []<typename Made>(std::type_identity<Made>) {
    return
        [](const Ground& ground) -> std::unique_ptr<Task> { return std::make_unique<SmallMemoryTask<Made>>(ground); };
  };
  return {.baseline = "rocksdb",
          .all = {{"rocksdb", with(std::type_identity<RocksDbTarget>())},
                  {"rookery", with(std::type_identity<RookeryTarget>())}}};
}

}  // namespace rookery::bench
