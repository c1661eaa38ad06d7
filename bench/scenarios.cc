// The table of scenarios: a new one is a file and a line here.
#include <algorithm>
#include <iterator>

#include "bench/scenario.h"

namespace rookery::bench {

const std::vector<ScenarioKind>& AllScenarios() {
  static const std::vector<ScenarioKind> scenarios = {
      {"ingest_one", "post every message by itself into an empty store", NewIngestOne},
      {"ingest_batch", "post all messages in atomic batches of 100 into an empty store", NewIngestBatch},
      {"channel_scroll", "read the latest 50 messages of channels, busy ones most often", NewChannelScroll},
      {"point_get", "read single messages, all equally likely", NewPointGet},
      {"hot_get", "read 16,384 messages again and again, some much more often than others", NewHotGet},
      {"hot_scroll", "read the latest 50 messages of 64 busy channels again and again", NewHotScroll},
  };
  return scenarios;
}

std::vector<ScenarioKind> ScenariosNamed(std::string_view name) {
  const auto chosen = [&](const ScenarioKind& kind) {
    return name == "all" || kind.name == name || kind.name.starts_with(std::string(name) + "_");
  };
  std::vector<ScenarioKind> found;
  std::copy_if(AllScenarios().begin(), AllScenarios().end(), std::back_inserter(found), chosen);
  return found;
}

}  // namespace rookery::bench
