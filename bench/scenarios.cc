// The table of scenarios: a new one is a file and a line here.
#include <algorithm>
#include <iterator>

#include "bench/scenario.h"

namespace rookery::bench {

const std::vector<ScenarioKind>& AllScenarios() {
  static const std::vector<ScenarioKind> kScenarios = {
      {"ingest_one", "post every message by itself into an empty store", NewIngestOne},
      {"ingest_batch", "post all messages in atomic batches of 100 into an empty store", NewIngestBatch},
      {"bulk_load", "load all messages at once into an empty store", BulkLoad},
      {"channel_scroll", "read the latest 50 messages of channels, busy ones most often", NewChannelScroll},
      {"point_get", "read single messages, all equally likely", NewPointGet},
      {"hot_get", "read 16,384 messages again and again, some much more often than others", NewHotGet},
      {"hot_scroll", "read the latest 50 messages of 64 busy channels again and again", NewHotScroll},
      {"hot_channel", "read channels while most of the traffic goes to another one", HotChannel},
      {"producers", "8 threads post, each message by itself, into an empty store", Producers},
      {"sync_producers", "32 threads post, each message on disk before the next one", SyncProducers},
      {"cache_hit", "look up 16,384 items in nothing but a cache", CacheHit},
      {"cache_hit_large", "the same with 1,000,000 items", CacheHitLarge},
      {"herd", "many ask at once for the latest 50 messages of a channel that nobody has read", Herd},
      {"herd_disk", "the same, and the kernel has to fetch them from disk", HerdFromDisk},
      {"graveyard", "empty a channel but for its oldest message, then read its latest page, also after reopening",
       GraveyardOfAChannel},
      {"retention_year", "a year of chat of which 30 days are kept: disk, and reads while retention runs",
       RetentionYear},
      {"small_memory", "128 shards with 64 MiB for all: growth, rate and slowest write while the chat is posted",
       SmallMemory},
      {"growth", "post and read a hot set in stores of a tenth of the messages, all of them and ten times as many",
       Growth},
      {"reshard_copy", "double the shards of a filled store: how fast the rows that move are copied", ReshardCopy},
      {"reshard_traffic", "post and read meanwhile: what a caller notices of the job", ReshardTraffic},
      {"encryption", "post, read and load with a key and without one", Encryption},
      {"backup", "post and read while backups are made: what a caller notices of them", Backup},
      {"many_shards", "open a store of 1,024 shards", ManyShards},
      {"herd_slow", "the same, of the read cache by itself, before an engine that takes 5 ms", HerdFromSlowEngine},
  };
  return kScenarios;
}

std::vector<ScenarioKind> ScenariosNamed(std::string_view name) {
  const std::vector<ScenarioKind>& all = AllScenarios();
  if (name == "all") return all;
  std::vector<ScenarioKind> found;
  const auto select = [&](const auto& chosen) {
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), chosen);
  };
  select([&](const ScenarioKind& kind) { return kind.name == name; });
  if (found.empty()) {
    select([&](const ScenarioKind& kind) { return kind.name.starts_with(std::string(name) + "_"); });
  }
  return found;
}

}  // namespace rookery::bench
