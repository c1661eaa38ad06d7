#include "stats_stream.h"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <thread>

#include "open_store.h"
#include "store_stats.h"
#include "table.h"

namespace rookery::cli {
namespace {

std::uint64_t Evictions(const CacheStats& cache) {
  return cache.evicted_size + cache.evicted_expired + cache.evicted_crowded;
}

/// Two moments of the same opening of a store.
struct Span {
  const StoreStats& before;
  const StoreStats& after;
  double seconds;

  template <typename Get>
  Value PerSecond(Get get) const {
    const std::uint64_t from = get(before);
    const std::uint64_t to = get(after);
    return Value::Count(
        to <= from ? 0 : static_cast<std::uint64_t>(std::llround(static_cast<double>(to - from) / seconds)));
  }

  Value HitRatio() const {
    CacheStats since;
    since.value_hits = after.cache.hits() - before.cache.hits();
    since.misses = after.cache.misses - before.cache.misses;
    return Value::Share(since.hit_ratio());
  }
};

/// `usual`: how long it takes if the clock says nothing that can be.
Span SpanOf(const PublishedStats& before, const PublishedStats& after, Timestamp from,
            std::chrono::milliseconds usual) {
  const std::chrono::duration<double> time = after.published_at > from ? after.published_at - from : usual;
  return {before.stats, after.stats, time.count()};
}

void PrintLine(Timestamp now, const Span& span, Table* table) {
  using Stats = const StoreStats&;
  table->Row({Value::Time(now), span.PerSecond([](Stats stats) { return stats.counters.messages_posted; }),
              span.PerSecond([](Stats stats) { return stats.counters.message_reads; }),
              span.PerSecond([](Stats stats) { return stats.counters.page_reads; }), span.HitRatio(),
              span.PerSecond([](Stats stats) { return stats.cache.misses; }),
              span.PerSecond([](Stats stats) { return stats.cache.joined; }),
              span.PerSecond([](Stats stats) { return Evictions(stats.cache); }),
              Value::Size(span.after.cache.used_bytes)});
}

/// When nothing new comes for so long, it is looked whether anybody has the store open at all.
constexpr std::chrono::seconds kSilence{5};

}  // namespace

Status StreamStats(Context& context, const std::string& store, const StreamOptions& options) {
  Table table(context, {"time", "posts", "reads", "pages", "hit_ratio", "misses", "joined", "evicted", "cache_used"},
              Table::Rows::kAtOnce);
  PublishedStats before;
  std::chrono::milliseconds silence{0};
  for (std::uint64_t lines = 0;;) {
    const Result<PublishedStats> now = ReadCounters(context, store);
    if (!now) return now.error();
    const bool same_opening = now->opened_at == before.opened_at;
    if (!same_opening) before.stats = {};
    if (now->published_at != before.published_at) {
      const Timestamp from = same_opening ? before.published_at : now->opened_at;
      PrintLine(now->published_at, SpanOf(before, *now, from, options.every), &table);
      // Who cannot be told any more is told by the command's end.
      if (!context.out().flush() || ++lines == options.lines) return Status::Ok();
      silence = {};
    }
    if (now->closed) {
      if (context.layout() == Layout::kTerminal) context.Note("the store is closed");
      return Status::Ok();
    }
    if (silence >= kSilence) {
      if (OpenItself(context, store)) {
        if (context.layout() == Layout::kTerminal) context.Note("the process that had the store open has ended");
        return Status::Ok();
      }
      silence = {};
    }
    before = *now;
    std::this_thread::sleep_for(options.every);
    silence += options.every;
  }
}

}  // namespace rookery::cli
