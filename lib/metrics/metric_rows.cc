#include "metrics/metric_rows.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <type_traits>

namespace rookery::metrics {
namespace {

template <typename Number>
double ToDouble(Number number) {
  return static_cast<double>(number);
}
double ToDouble(std::chrono::milliseconds time) { return static_cast<double>(time.count()); }

template <typename Number>
void Assign(Number* number, double value) {
  *number = static_cast<Number>(value);
}
void Assign(std::chrono::milliseconds* time, double value) {
  *time = std::chrono::milliseconds{static_cast<std::int64_t>(value)};
}

/// `Path`: members, from StoreStats down to the number.
template <auto... Path>
constexpr MetricRow Row(MetricKind kind, MetricUnit unit, std::string_view name, std::string_view help) {
  return {name,
          help,
          kind,
          unit,
          [](const StoreStats& stats) { return ToDouble((stats.*....*Path)); },
          [](StoreStats* stats, double value) { Assign(&((*stats).*....*Path), value); }};
}

template <auto Member>
constexpr MetricRow Counter(std::string_view name, std::string_view help) {
  return Row<&StoreStats::counters, Member>(MetricKind::kCounter, MetricUnit::kCount, name, help);
}
template <auto Member>
constexpr MetricRow Cache(std::string_view name, std::string_view help) {
  return Row<&StoreStats::cache, Member>(MetricKind::kCounter, MetricUnit::kCount, name, help);
}
template <auto Member>
constexpr MetricRow CacheNow(MetricUnit unit, std::string_view name, std::string_view help) {
  return Row<&StoreStats::cache, Member>(MetricKind::kGauge, unit, name, help);
}
template <auto Member>
constexpr MetricRow Now(MetricUnit unit, std::string_view name, std::string_view help) {
  return Row<Member>(MetricKind::kGauge, unit, name, help);
}
template <auto Member>
constexpr MetricRow Id(MetricKind kind, MetricUnit unit, std::string_view name, std::string_view help) {
  return Row<&StoreStats::ids, Member>(kind, unit, name, help);
}

template <auto Member>
constexpr MetricRow Stall(MetricUnit unit, std::string_view name, std::string_view help) {
  return Row<&StoreStats::stall, Member>(MetricKind::kCounter, unit, name, help);
}

using enum MetricKind;
using enum MetricUnit;

constexpr std::array kRows = {
    Counter<&StoreCounters::messages_posted>("messages_posted", "messages stored"),
    Counter<&StoreCounters::posts_deduplicated>("posts_deduplicated", "posts answered by an earlier message"),
    Counter<&StoreCounters::messages_edited>("messages_edited", "messages changed"),
    Counter<&StoreCounters::messages_deleted>("messages_deleted", "messages deleted"),
    Counter<&StoreCounters::records_written>("records_written", "records put"),
    Counter<&StoreCounters::records_deleted>("records_deleted", "records deleted"),
    Counter<&StoreCounters::attachments_stored>("attachments_stored", "attachments finished"),
    Counter<&StoreCounters::attachments_deleted>("attachments_deleted", "attachments deleted, also with their message"),
    Row<&StoreStats::counters, &StoreCounters::attachment_bytes_stored>(kCounter, kBytes, "attachment_bytes_stored",
                                                                        "content of attachments finished"),
    Counter<&StoreCounters::attachment_reads>("attachment_reads", "attachments opened for reading"),
    Counter<&StoreCounters::uploads_removed>("uploads_removed", "uploads cancelled, or left unfinished and removed"),
    Counter<&StoreCounters::version_conflicts>("version_conflicts", "writes refused as the version was another"),
    Row<&StoreStats::counters, &StoreCounters::bytes_written>(kCounter, kBytes, "bytes_written",
                                                              "keys and values handed to the engine"),
    Counter<&StoreCounters::message_reads>("message_reads", "single messages asked for"),
    Counter<&StoreCounters::page_reads>("page_reads", "pages asked for"),
    Counter<&StoreCounters::channels_placed>("channels_placed", "channels placed by a directory"),
    Counter<&StoreCounters::buckets_cut>("buckets_cut", "empty buckets removed by one range deletion"),

    Id<&IdStats::clock_steps_back>(kCounter, kCount, "clock_steps_back", "times the clock was seen going back"),
    Id<&IdStats::run_ahead>(kCounter, kCount, "ids_ahead", "ids made ahead of the clock"),
    Id<&IdStats::refused>(kCounter, kCount, "ids_refused", "posts refused as ids were too far ahead of the clock"),
    Id<&IdStats::lead>(kGauge, kMilliseconds, "id_lead_ms", "how far the last id is ahead of the clock"),

    Row<&StoreStats::retention, &RetentionStats::rules>(kGauge, kCount, "retention_rules", "retention rules that hold"),
    Row<&StoreStats::retention, &RetentionStats::runs>(kCounter, kCount, "retention_runs", "times they were enforced"),
    Row<&StoreStats::retention, &RetentionStats::messages>(kCounter, kCount, "retention_messages",
                                                           "messages removed by retention"),
    Row<&StoreStats::retention, &RetentionStats::bytes>(kCounter, kBytes, "retention_bytes",
                                                        "keys and values of these"),
    Row<&StoreStats::retention, &RetentionStats::compactions>(kCounter, kCount, "retention_compactions",
                                                              "compactions that gave their space back"),

    Now<&StoreStats::disk_bytes>(kBytes, "disk_bytes", "sorted files and write-ahead log"),
    Now<&StoreStats::wal_bytes>(kBytes, "wal_bytes", "write-ahead log"),
    Now<&StoreStats::block_cache_bytes>(kBytes, "block_cache_bytes", "engine's block cache in use"),
    Now<&StoreStats::memtable_bytes>(kBytes, "memtable_bytes", "written and not yet in a file"),

    Stall<&StallStats::delayed_time>(kMilliseconds, "stall_delayed_ms", "time for which the engine delayed writes"),
    Stall<&StallStats::stopped_time>(kMilliseconds, "stall_stopped_ms", "time for which the engine stopped writes"),
    Stall<&StallStats::writes_waited>(kCount, "stall_writes_waited", "writes that had to wait for the engine"),
    Stall<&StallStats::writes_refused>(kCount, "stall_writes_refused", "writes refused at their deadline"),

    Row<&StoreStats::admission, &AdmissionStats::admitted>(kCounter, kCount, "admission_admitted",
                                                           "writes that the admission limits let through"),
    Row<&StoreStats::admission, &AdmissionStats::refused>(kCounter, kCount, "admission_refused",
                                                          "writes that the admission limits refused"),

    CacheNow<&CacheStats::capacity_bytes>(kBytes, "cache_capacity_bytes", "what the read cache may use"),
    CacheNow<&CacheStats::used_bytes>(kBytes, "cache_used_bytes", "what the read cache uses"),
    CacheNow<&CacheStats::retired_bytes>(kBytes, "cache_retired_bytes", "evicted and not yet freed"),
    CacheNow<&CacheStats::values>(kCount, "cache_values", "messages in the read cache"),
    CacheNow<&CacheStats::absences>(kCount, "cache_absences", "messages known not to exist"),
    CacheNow<&CacheStats::windows>(kCount, "cache_windows", "channels whose newest messages are in the read cache"),
    Cache<&CacheStats::value_hits>("cache_value_hits", "reads answered by a message in the cache"),
    Cache<&CacheStats::absent_hits>("cache_absent_hits", "reads answered by a known absence"),
    Cache<&CacheStats::window_hits>("cache_window_hits", "pages answered by a window"),
    Cache<&CacheStats::misses>("cache_misses", "reads that the cache could not answer"),
    Cache<&CacheStats::expired>("cache_expired", "misses that found something too old"),
    Cache<&CacheStats::fills>("cache_fills", "entries put into the cache"),
    Cache<&CacheStats::refused_written>("cache_refused_written", "fills refused: a write came between"),
    Cache<&CacheStats::refused_pending>("cache_refused_pending", "fills refused: a write was under way"),
    Cache<&CacheStats::refused_present>("cache_refused_present", "fills refused: another was first"),
    Cache<&CacheStats::refused_too_large>("cache_refused_too_large", "fills refused: too large for the cache"),
    Cache<&CacheStats::refused_resized>("cache_refused_resized", "fills refused: the table grew meanwhile"),
    Cache<&CacheStats::refused_full>("cache_refused_full", "fills refused: readers hold what was evicted"),
    Cache<&CacheStats::write_inserts>("cache_write_inserts", "windows brought up to date by writes"),
    Cache<&CacheStats::evicted_size>("cache_evicted_size", "entries evicted to make room"),
    Cache<&CacheStats::evicted_expired>("cache_evicted_expired", "entries dropped as too old"),
    Cache<&CacheStats::evicted_written>("cache_evicted_written", "entries dropped by a write"),
    Cache<&CacheStats::evicted_replaced>("cache_evicted_replaced", "entries replaced by a better one"),
    Cache<&CacheStats::evicted_crowded>("cache_evicted_crowded", "entries dropped for want of a place in the table"),
    Cache<&CacheStats::flights>("cache_flights", "reads of the engine that others could join"),
    Cache<&CacheStats::joined>("cache_joined", "callers who waited for another's read"),
    Cache<&CacheStats::abandoned>("cache_abandoned", "callers who gave up waiting"),
    Cache<&CacheStats::bypassed>("cache_bypassed", "reads beside a write under way"),
    CacheNow<&CacheStats::hit_ratio_at_half>(kRatio, "cache_hit_ratio_at_half", "estimated, at half the capacity"),
    CacheNow<&CacheStats::hit_ratio_at_same>(kRatio, "cache_hit_ratio_at_same", "estimated, at this capacity"),
    CacheNow<&CacheStats::hit_ratio_at_double>(kRatio, "cache_hit_ratio_at_double", "estimated, at twice the capacity"),
    Cache<&CacheStats::estimate_samples>("cache_estimate_samples", "reads that the estimates are made from"),
};

}  // namespace

std::span<const MetricRow> MetricRows() { return kRows; }

}  // namespace rookery::metrics

namespace rookery {

void VisitMetrics(const StoreStats& stats, const std::function<void(const Metric&)>& visit) {
  for (const metrics::MetricRow& row : metrics::MetricRows()) {
    visit({.name = row.name, .help = row.help, .kind = row.kind, .unit = row.unit, .value = row.get(stats)});
  }
}

}  // namespace rookery
