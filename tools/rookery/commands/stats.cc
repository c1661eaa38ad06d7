// stats: sizes of a store and what its read cache does, without reading a message.
#include <algorithm>
#include <chrono>
#include <optional>

#include "commands.h"
#include "options.h"
#include "parse.h"
#include "stats_stream.h"
#include "store_stats.h"
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

nlohmann::ordered_json MemoryToJson(const StoreStats& stats) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::array();
  for (const MemoryPart& part : stats.memory) {
    parts.push_back({{"part", part.part}, {"budget", part.budget}, {"used", part.used}});
  }
  return parts;
}

/// For people and pipes; in JSON it is the list.
void AddMemory(Context& context, const StoreStats& stats, Document* document) {
  if (context.layout() == Layout::kJson) return;
  for (const MemoryPart& part : stats.memory) {
    document->Add("memory_" + part.part + "_used", Value::Size(part.used))
        .Add("memory_" + part.part + "_budget", Value::Size(part.budget));
  }
}

nlohmann::ordered_json AdmissionToJson(const StoreStats& stats) {
  nlohmann::ordered_json prefixes = nlohmann::ordered_json::array();
  for (const PrefixAdmissionStats& prefix : stats.admission.prefixes) {
    prefixes.push_back({{"prefix", prefix.prefix}, {"admitted", prefix.admitted}, {"refused", prefix.refused}});
  }
  return prefixes;
}

std::uint64_t EstimatedRows(const StoreStats& stats) {
  std::uint64_t rows = 0;
  for (const ShardStats& shard : stats.shards) rows += shard.estimated_rows;
  return rows;
}

Value ValueOf(const Metric& metric) {
  const auto whole = static_cast<std::uint64_t>(metric.value);
  switch (metric.unit) {
    case MetricUnit::kCount:
      return Value::Count(whole);
    case MetricUnit::kBytes:
      return Value::Size(whole);
    case MetricUnit::kRatio:
      return Value::Share(metric.value);
    case MetricUnit::kMilliseconds:
      break;  // the name says so
  }
  return Value::Count(whole);
}

void AddStall(const StallStats& stall, Document* document) {
  if (stall.state == StallState::kNone) return;
  document->Add("stall", Value::Text(stall.state == StallState::kStopped ? "stopped" : "delayed"))
      .Add("stall_shard", Value::Text(stall.shard))
      .Add("stall_reason", Value::Text(stall.reason))
      .Add("stall_since", Value::Time(stall.since));
}

/// A person sees what happened; a program sees every number.
void AddCounters(Context& context, const KnownStats& known, Document* document) {
  document->Add("in_use", Value::Flag(known.in_use))
      .Add("counted_since", Value::Time(known.published->opened_at))
      .Add("as_of", Value::Time(known.published->published_at))
      .Add("closed", Value::Flag(known.published->closed))
      .Add("cache_hit_ratio", Value::Share(known.stats.cache.hit_ratio()));
  AddStall(known.stats.stall, document);
  const std::string& paused = known.stats.retention.paused_reason;
  if (!paused.empty()) document->Add("retention_paused", Value::Text(paused));
  const bool with_zeros = context.layout() != Layout::kTerminal;
  VisitMetrics(known.stats, [&](const Metric& metric) {
    const bool is_size = metric.name == "disk_bytes" || metric.name == "wal_bytes" ||
                         metric.name == "block_cache_bytes" || metric.name == "memtable_bytes";
    if (!is_size && (with_zeros || metric.value > 0)) document->Add(metric.name, ValueOf(metric));
  });
}

class StatsCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "stats",
        .summary = "Show the sizes of a store and its counters; cheap, reads no message",
        .details =
            "Rows are messages, records and index rows, as the engine estimates them. Exact counts: rookery verify.\n"
            "Counters are those of the process that has the store open for writing, about once a second, or of the\n"
            "one that had it last. Memory is what each part of the store may take (--memory) and takes.\n"
            "Columns of --every: time, posts, reads of single messages, pages, share of cache hits, misses, callers\n"
            "that joined another's read, evictions, and the cache's size; all per second but the share and the size.\n"
            "Its first line is about the whole time since the store was opened.",
        .examples = {"rookery stats chat.rook", "rookery stats chat.rook --hot", "rookery stats chat.rook --every 1",
                     "rookery stats chat.rook --json"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    CLI::Option* hot = app.add_flag("--hot", hot_, "the channels whose pages are read most, by a sample of the reads");
    CLI::Option* every =
        AddParsed(app, {"--every", "SECONDS", "a line every so many seconds, until the store is closed"}, &every_,
                  ParseSeconds)
            ->excludes(hot);
    AddParsed(app, {"--count", "N", "with --every: end after so many lines"}, &lines_, ParsePositive)->needs(every);
  }

  Result<ExitCode> Run(Context& context) override {
    const Status shown = every_ ? StreamStats(context, store_, {.every = *every_, .lines = lines_})
                         : hot_ ? ShowHot(context)
                                : ShowAll(context);
    if (!shown.ok()) return shown;
    return ExitCode::kOk;
  }

 private:
  Status ShowAll(Context& context) const {
    const Result<KnownStats> known = ReadStats(context, store_);
    if (!known) return known.error();
    const StoreStats& stats = known->stats;
    Document document(context, "rookery.stats.v1");
    document.Add("estimated_rows", Value::Count(EstimatedRows(stats)))
        .Add("disk_bytes", Value::Size(stats.disk_bytes))
        .Add("wal_bytes", Value::Size(stats.wal_bytes))
        .Add("memtable_bytes", Value::Size(stats.memtable_bytes))
        .Add("block_cache_bytes", Value::Size(stats.block_cache_bytes))
        .Add("shard_count", Value::Count(stats.shards.size()))
        .AddJson("shards", ShardsToJson(stats));
    if (known->published) {
      AddCounters(context, *known, &document);
      AddMemory(context, stats, &document);
      document.AddJson("memory", MemoryToJson(stats)).AddJson("admission", AdmissionToJson(stats));
    }
    document.Print();
    if (known->in_use && stats.stall.state != StallState::kNone) {
      context.Warn("the engine holds up writes: " + stats.stall.shard + " has " + stats.stall.reason,
                   {{"shard", stats.stall.shard}, {"reason", stats.stall.reason}});
    }
    if (known->in_use && !stats.unavailable_reason.empty()) {
      context.Warn("writes are refused: " + stats.unavailable_reason, {{"unavailable", stats.unavailable_reason}});
    }
    return Status::Ok();
  }

  Status ShowHot(Context& context) const {
    const Result<PublishedStats> published = ReadCounters(context, store_);
    if (!published) return published.error();
    const double pages = static_cast<double>(std::max<std::uint64_t>(1, published->stats.counters.page_reads));
    Table table(context, {"channel", "page_reads", "share"});
    for (const HotChannel& hot : published->stats.cache.hot_channels) {
      table.Row({Value::Text(hot.channel), Value::Count(hot.reads),
                 Value::Share(std::min(1.0, static_cast<double>(hot.reads) / pages))});
    }
    table.Finish();
    if (published->stats.cache.hot_channels.empty() && context.layout() == Layout::kTerminal) {
      context.Note("no pages have been read since the store was opened");
    }
    return Status::Ok();
  }

  std::string store_;
  bool hot_ = false;
  std::optional<std::chrono::milliseconds> every_;
  std::uint64_t lines_ = 0;
};

}  // namespace

std::unique_ptr<Command> MakeStatsCommand() { return std::make_unique<StatsCommand>(); }

}  // namespace rookery::cli
