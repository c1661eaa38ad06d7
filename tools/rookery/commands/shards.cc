// shards: how channels, rows and bytes are spread. Without --exact it reads the names of the channels and the engine's
// estimates; with it every row.
#include <cstdint>
#include <map>
#include <string>

#include "commands.h"
#include "leave_out_cells.h"
#include "open_store.h"
#include "options.h"
#include "progress.h"
#include "table.h"
#include "verify_run.h"

namespace rookery::cli {
namespace {

constexpr std::size_t kChannelsPerPage = 1000;

/// How many channels each shard has, by its name: numbers are those within a cell.
using ChannelCounts = std::map<std::string, std::uint64_t>;

std::string NameOfShard(const RouteExplanation& route) {
  return route.cell == kMainCell ? route.shard_name : route.cell + "/" + route.shard_name;
}

Result<ChannelCounts> CountChannels(Context& context, const Store& store, MissingCells missing_cells) {
  Progress progress(context, "shards", "channels");
  ProgressSample sample;
  ChannelCounts counts;
  std::string after;
  while (true) {
    const Result<ChannelPage> page =
        store.Channels({.after = after, .limit = kChannelsPerPage, .missing_cells = missing_cells});
    if (!page) return page.error();
    for (const std::string& channel : page->channels) {
      const Result<RouteExplanation> route = store.Explain(channel);
      if (!route) return route.error();
      ++counts[NameOfShard(*route)];
    }
    if (!page->has_more || page->channels.empty()) return counts;
    after = page->channels.back();
    sample.items += page->channels.size();
    progress.Update(sample);
  }
}

class ShardsCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "shards",
            .summary = "Show how channels and messages are spread over the shards",
            .details =
                "Columns in a pipe: shard, name, channels, estimated_rows, disk_bytes, memory_bytes. With --exact,\n"
                "which reads everything: shard, name, channels, messages, records, nonces, key_bytes, value_bytes,\n"
                "attachments.",
            .examples = {"rookery shards chat.rook", "rookery shards chat.rook --exact --json"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    app.add_flag("--exact", exact_, "count every row instead of asking the engine for estimates");
    leave_out_cells_.Define(app);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    Result<ExitCode> printed = exact_ ? PrintExact(context, *store) : PrintEstimates(context, *store);
    if (!printed) return printed;
    if (Status told = leave_out_cells_.Tell(context, *store); !told.ok()) return told;
    return printed;
  }

 private:
  Result<ExitCode> PrintEstimates(Context& context, const Store& store) const {
    const Result<StoreStats> stats = store.Stats();
    if (!stats) return stats.error();
    Result<ChannelCounts> channels = CountChannels(context, store, leave_out_cells_.missing_cells());
    if (!channels) return channels.error();
    Table table(context, {"shard", "name", "channels", "estimated_rows", "disk_bytes", "memory_bytes"});
    for (const ShardStats& shard : stats->shards) {
      table.Row({Value::Count(shard.id.value), Value::Text(shard.name), Value::Count((*channels)[shard.name]),
                 Value::Count(shard.estimated_rows), Value::Size(shard.disk_bytes), Value::Size(shard.memory_bytes)});
    }
    table.Finish();
    return ExitCode::kOk;
  }

  Result<ExitCode> PrintExact(Context& context, const Store& store) const {
    const Result<VerifyReport> report =
        RunVerify(context, store, "shards", {.max_problems = 0, .missing_cells = leave_out_cells_.missing_cells()});
    if (!report) return report.error();
    Table table(context, {"shard", "name", "channels", "messages", "records", "nonces", "key_bytes", "value_bytes",
                          "attachments"});
    for (const ShardCounts& shard : report->shards) {
      table.Row({Value::Count(shard.id.value), Value::Text(shard.name), Value::Count(shard.channels),
                 Value::Count(shard.messages), Value::Count(shard.records), Value::Count(shard.nonces),
                 Value::Size(shard.key_bytes), Value::Size(shard.value_bytes), Value::Count(shard.attachments)});
    }
    table.Finish();
    if (report->ok()) return ExitCode::kOk;
    context.Note("the store is damaged: rookery verify says where");
    return ExitCode::kDamage;
  }

  std::string store_;
  bool exact_ = false;
  LeaveOutCells leave_out_cells_;
};

}  // namespace

std::unique_ptr<Command> MakeShardsCommand() { return std::make_unique<ShardsCommand>(); }

}  // namespace rookery::cli
