#include "routing_options.h"

#include <fmt/format.h>

#include <fstream>

#include "text.h"

namespace rookery::cli {
namespace {

Status Needs(std::string_view option, std::string_view strategy) {
  return {StatusCode::kInvalidArgument, fmt::format("{} needs --routing {}", option, strategy)};
}

/// OK, or the first option that `strategy` does not have.
Status CheckOptionsFit(const RoutingOptions& options) {
  const std::string& strategy = options.strategy;
  if (!options.splits.empty() && strategy != "range") return Needs("--splits", "range");
  if (options.placement && strategy != "directory") return Needs("--placement", "directory");
  if (!options.weights.empty() && strategy != "directory") return Needs("--weights", "directory");
  if (!options.assignments.empty() && strategy != "directory") return Needs("--assign", "directory");
  return Status::Ok();
}

Result<Routing> BuildRange(const RoutingOptions& options) {
  if (options.splits.empty()) {
    return Status(StatusCode::kInvalidArgument, "--routing range needs --splits or --splits-file");
  }
  if (options.shards && *options.shards != options.splits.size() + 1) {
    return Status(StatusCode::kInvalidArgument,
                  fmt::format("{} split points make {} shards, not {}: leave --shards out", options.splits.size(),
                              options.splits.size() + 1, *options.shards));
  }
  return Routing{RangeRouting{.splits = options.splits}};
}

Placement PlacementNamed(std::string_view name) {
  if (name == "round-robin") return Placement::kRoundRobin;
  if (name == "weighted") return Placement::kWeighted;
  if (name == "hash") return Placement::kHash;
  return Placement::kLeastLoaded;
}

Result<Routing> BuildDirectory(const RoutingOptions& options) {
  DirectoryRouting routing;
  if (options.shards) routing.shards = *options.shards;
  // Weights say which placement is meant and how many shards there are.
  if (!options.weights.empty()) {
    routing.placement = Placement::kWeighted;
    if (!options.shards) routing.shards = static_cast<std::uint32_t>(options.weights.size());
  }
  if (options.placement) routing.placement = PlacementNamed(*options.placement);
  routing.weights = options.weights;
  routing.entries = options.assignments;
  return Routing{routing};
}

}  // namespace

Result<Routing> BuildRouting(const RoutingOptions& options) {
  if (Status fits = CheckOptionsFit(options); !fits.ok()) return fits;
  if (options.strategy == "range") return BuildRange(options);
  if (options.strategy == "directory") return BuildDirectory(options);
  HashRouting routing;
  if (options.shards) routing.shards = *options.shards;
  return Routing{routing};
}

Result<std::vector<std::string>> ReadSplits(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> splits;
  std::string line;
  while (std::getline(file, line)) splits.push_back(line);
  if (!file.eof()) {
    return Status(StatusCode::kInvalidArgument, fmt::format("cannot read the split points in {}", TerminalText(path)));
  }
  return splits;
}

}  // namespace rookery::cli
