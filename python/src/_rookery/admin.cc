// What a Store tells about itself, and the small chores of operators.
#include "admin.h"

#include <cmath>

#include "convert.h"
#include "errors.h"
#include "times.h"

namespace rookery::python {
namespace {

const char* NameOf(LostRun::Kind kind) {
  switch (kind) {
    case LostRun::Kind::kMessages:
      return "messages";
    case LostRun::Kind::kDeletions:
      return "deletions";
    case LostRun::Kind::kRecords:
      return "records";
  }
  return "";
}

nb::dict Explain(const StoreObject& self, nb::handle channel) {
  const TextArgument channel_text(channel, "channel");
  const RouteExplanation route =
      Unwrap(WithoutGil(*self.core, [&](rookery::Store& store) { return store.Explain(channel_text); }));
  nb::list steps;
  for (const RouteStep& step : route.steps) steps.append(nb::make_tuple(ToStr(step.name), ToStr(step.detail)));
  nb::dict dict;
  dict["channel"] = ToStr(route.channel);
  dict["cell"] = ToStr(route.cell);
  dict["strategy"] = ToStr(route.strategy);
  dict["epoch"] = route.epoch.value;
  dict["shard"] = route.shard.value;
  dict["shard_name"] = ToStr(route.shard_name);
  dict["placed"] = route.placed;
  dict["steps"] = steps;
  return dict;
}

nb::dict Info(const StoreObject& self) {
  const StoreInfo info = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.Info(); }));
  nb::dict dict;
  dict["path"] = ToStr(info.path);
  dict["store_id"] = ToStr(info.store_id);
  dict["engine"] = ToStr(info.engine);
  dict["format_version"] = info.format_version;
  dict["created_at_ms"] = Milliseconds(info.created_at);
  dict["epoch_ms"] = Milliseconds(info.epoch);
  dict["strategy"] = ToStr(info.strategy);
  dict["shard_map_epoch"] = info.shard_map_epoch.value;
  dict["shards"] = info.shards;
  dict["worker"] = info.worker;
  return dict;
}

nb::dict View(const StoreObject& self) {
  const auto view = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.View(); }));
  nb::dict dict;
  dict["source"] = view.source == ViewSource::kLive ? "live" : "checkpoint";
  dict["at"] = ToDatetime(view.at);
  dict["age_ms"] = view.age.count();
  return dict;
}

nb::dict LastRecovery(const StoreObject& self) {
  const auto report = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.LastRecovery(); }));
  nb::list runs;
  for (const LostRun& lost : report.runs) {
    nb::dict run;
    run["kind"] = NameOf(lost.kind);
    run["shard"] = lost.shard.value;
    run["channel"] = ToStr(lost.channel);
    run["first"] = lost.first.value;
    run["last"] = lost.last.value;
    run["count"] = lost.count;
    runs.append(run);
  }
  nb::dict dict;
  dict["closed"] = report.closed;
  dict["machine_went_down"] = report.machine_went_down;
  dict["salvaged"] = report.salvaged;
  dict["lost"] = report.lost;
  dict["lost_synced"] = report.lost_synced;
  dict["runs"] = runs;
  dict["runs_complete"] = report.runs_complete;
  dict["summary"] = ToStr(report.Summary());
  return dict;
}

nb::object MetricValue(const Metric& metric) {
  const bool whole = metric.unit != MetricUnit::kRatio && metric.value == std::trunc(metric.value);
  return whole ? nb::object(nb::int_(static_cast<std::int64_t>(metric.value))) : nb::float_(metric.value);
}

nb::dict Metrics(const StoreObject& self) {
  const StoreStats stats = Unwrap(WithoutGil(*self.core, [](rookery::Store& store) { return store.Stats(); }));
  nb::list shards;
  for (const ShardStats& shard : stats.shards) {
    nb::dict row;
    row["id"] = shard.id.value;
    row["name"] = ToStr(shard.name);
    row["estimated_rows"] = shard.estimated_rows;
    row["disk_bytes"] = shard.disk_bytes;
    row["memory_bytes"] = shard.memory_bytes;
    shards.append(row);
  }
  nb::dict counters;
  VisitMetrics(stats, [&](const Metric& metric) { counters[ToStr(metric.name)] = MetricValue(metric); });
  nb::list hot_channels;
  for (const HotChannel& hot : stats.cache.hot_channels) {
    hot_channels.append(nb::make_tuple(ToStr(hot.channel), hot.reads));
  }
  nb::dict dict;
  dict["shards"] = shards;
  dict["counters"] = counters;
  dict["hot_channels"] = hot_channels;
  dict["retention_paused_reason"] = ToStr(stats.retention.paused_reason);
  dict["unavailable_reason"] = ToStr(stats.unavailable_reason);
  return dict;
}

void Sync(const StoreObject& self) {
  Check(WithoutGil(*self.core, [](rookery::Store& store) { return store.Sync(); }));
}

void Compact(const StoreObject& self) {
  Check(WithoutGil(*self.core, [](rookery::Store& store) { return store.Compact(); }));
}

void SetCacheCapacity(const StoreObject& self, nb::handle bytes) {
  const auto capacity = NumberArgument<std::size_t>(bytes, "bytes");
  Check(WithoutGil(*self.core, [&](rookery::Store& store) { return store.SetCacheCapacity(capacity); }));
}

}  // namespace

void BindAdmin(StoreClass& store) {
  using nb::arg;
  store
      .def("explain", Explain, arg("channel"),
           nb::sig("def explain(self, channel: str | bytes) -> dict[str, typing.Any]"),
           "Why the channel is, or would be, in its shard: channel, strategy, epoch, shard, shard_name, placed, and "
           "steps as pairs of name and detail.")
      .def("info", Info, nb::sig("def info(self) -> dict[str, typing.Any]"),
           "What was fixed when the store was created, and its shard map: path, store_id, engine, format_version, "
           "created_at_ms, epoch_ms (of message ids), strategy, shard_map_epoch, shards, worker.")
      .def("view_", View, nb::sig("def view_(self) -> dict[str, typing.Any]"),
           "From when what the store shows is: source (live, or checkpoint), at (every write that was acknowledged "
           "before is in it), age_ms.")
      .def("last_recovery", LastRecovery, nb::sig("def last_recovery(self) -> dict[str, typing.Any]"),
           "What was missing when the store was opened: closed (whoever had it before closed it), machine_went_down, "
           "salvaged, lost (rows that were acknowledged), lost_synced (of them, those that were on disk), runs (what "
           "they were: kind, shard, channel, first, last, count), runs_complete (else runs has the last ones only), "
           "summary (for people).")
      .def("metrics", Metrics, nb::sig("def metrics(self) -> dict[str, typing.Any]"),
           "shards: id, name and sizes of each; counters: every metric by its name; hot_channels: pairs of channel "
           "and reads; retention_paused_reason: why rules are not enforced by themselves, and unavailable_reason: why "
           "writes are refused, both empty while all is well.")
      .def("sync", Sync, nb::sig("def sync(self) -> None"), "Returns when everything acknowledged so far is on disk.")
      .def("compact", Compact, nb::sig("def compact(self) -> None"),
           "Rewrites all files in their most compact form. Takes time and up to twice the space.")
      .def("set_cache_capacity", SetCacheCapacity, arg("bytes"),
           nb::sig("def set_cache_capacity(self, bytes: int) -> None"),
           "The read cache's capacity from now on, in bytes: at least 1 MiB. InvalidArgumentError if it is less, or if "
           "the store was opened without a read cache.");
  BindVerify(store);
  BindImport(store);
  BindExport(store);
  BindRepair(store);
  BindRetention(store);
  BindReshard(store);
  BindAutopilot(store);
  BindCells(store);
}

}  // namespace rookery::python
