// The routing options of `init`, checked against each other and turned into a Routing. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/routing.h"
#include "rookery/status.h"

namespace rookery::cli {

struct RoutingOptions {
  std::string strategy = "hash";
  std::optional<std::uint32_t> shards = {};
  std::vector<std::string> splits = {};
  std::optional<std::string> placement = {};
  std::vector<std::uint32_t> weights = {};
  std::vector<std::pair<std::string, ShardId>> assignments = {};
};

/// kInvalidArgument if an option belongs to another strategy, with the name of the one it needs.
Result<Routing> BuildRouting(const RoutingOptions& options);

/// One split point a line, as bytes. kInvalidArgument for a file that cannot be read.
Result<std::vector<std::string>> ReadSplits(const std::string& path);

}  // namespace rookery::cli
