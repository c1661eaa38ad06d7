// The options that name a change of the shards, and the one change that they ask for.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action_options.h"
#include "rookery/reshard.h"
#include "rookery/status.h"

namespace rookery::cli {

/// Owned by a command; bound to its options by Define.
class ReshardChange {
 public:
  /// Only plan and apply take them.
  void Define(CLI::App& app, ActionOptions* by_action);
  /// kInvalidArgument: there is none, there are several, or an option is of no use to the one there is.
  Result<ReshardRequest> Request() const;
  /// Whose shards they are: `given`, or the cell that shards are named with, as in dm/3; a bare number is a shard of
  /// `given` or of the main cell. kInvalidArgument: shards of different cells.
  Result<std::string> CellOr(const std::optional<std::string>& given) const;

 private:
  /// All that are asked for, of which there is to be one.
  Result<std::vector<ReshardRequest>> Requests() const;
  Result<ReshardRequest> AnotherStrategy() const;
  /// A shard, perhaps with its cell's name in front.
  struct NamedShard {
    ShardId shard;
    std::string cell = {};
  };
  static Result<NamedShard> ParseShard(std::string_view text);
  /// OK if each option that needs another one has it.
  Status CheckBelongings() const;

  std::optional<std::uint32_t> shards_;
  std::optional<NamedShard> split_;
  std::optional<std::string> at_;
  std::optional<NamedShard> merge_;
  std::optional<std::string> move_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> slots_;
  std::optional<std::string> range_;
  std::optional<std::string> end_;
  std::optional<NamedShard> into_;
  std::optional<std::string> rebalance_;
  std::optional<std::string> spread_;
  std::optional<std::string> strategy_;
  std::vector<std::string> splits_;
};

}  // namespace rookery::cli
