// stats: sizes of a store, without reading a message. The counters of the library count since a store was opened, so
// here, right after opening it, they would all be zero and are left out.
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "table.h"

namespace rookery::cli {
namespace {

nlohmann::ordered_json ShardsToJson(const StoreStats& stats) {
  nlohmann::ordered_json shards = nlohmann::ordered_json::array();
  for (const ShardStats& shard : stats.shards) {
    shards.push_back({{"shard", shard.id.value},
                      {"name", shard.name},
                      {"estimated_rows", shard.estimated_rows},
                      {"disk_bytes", shard.disk_bytes},
                      {"memory_bytes", shard.memory_bytes}});
  }
  return shards;
}

std::uint64_t EstimatedRows(const StoreStats& stats) {
  std::uint64_t rows = 0;
  for (const ShardStats& shard : stats.shards) rows += shard.estimated_rows;
  return rows;
}

class StatsCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "stats",
        .summary = "Show the sizes of a store; cheap, reads no message",
        .details =
            "Rows are messages, records and index rows, as the engine estimates them. Exact counts: rookery verify.",
        .examples = {"rookery stats chat.rook", "rookery stats chat.rook --json"}};
  }

  void Define(CLI::App& app) override { AddStore(app, &store_); }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<StoreStats> stats = store->Stats();
    if (!stats) return stats.error();
    Document(context, "rookery.stats.v1")
        .Add("estimated_rows", Value::Count(EstimatedRows(*stats)))
        .Add("disk_bytes", Value::Size(stats->disk_bytes))
        .Add("wal_bytes", Value::Size(stats->wal_bytes))
        .Add("memtable_bytes", Value::Size(stats->memtable_bytes))
        .Add("block_cache_bytes", Value::Size(stats->block_cache_bytes))
        .Add("shard_count", Value::Count(stats->shards.size()))
        .AddJson("shards", ShardsToJson(*stats))
        .Print();
    return ExitCode::kOk;
  }

 private:
  std::string store_;
};

}  // namespace

std::unique_ptr<Command> MakeStatsCommand() { return std::make_unique<StatsCommand>(); }

}  // namespace rookery::cli
