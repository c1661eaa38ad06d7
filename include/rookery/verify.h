// The outcome of reading a whole store and checking what it says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rookery/cells.h"
#include "rookery/types.h"

namespace rookery {

struct VerifyOptions {
  std::size_t max_problems = 100;  // report at most so many; all are counted
  /// Called from the calling thread about ten times a second with the rows read so far and an estimate of all of them.
  /// Return false to stop: Verify then answers kInterrupted.
  std::function<bool(std::uint64_t done, std::uint64_t estimated_total)> progress = {};
  MissingCells missing_cells = MissingCells::kRefuse;
};

/// One thing that is wrong: where, and in plain words what.
struct VerifyProblem {
  std::string where;  // such as "shard-0003, channel "general", message 42"
  std::string what;
  bool repairable = false;  // Store::Repair makes it right
};

struct RepairOptions {
  /// As VerifyOptions::progress, but the store must not be written to in it: writes wait for the repair.
  std::function<bool(std::uint64_t done, std::uint64_t estimated_total)> progress = {};
};

/// What was made anew.
struct RepairReport {
  std::uint64_t messages = 0;        // counted
  std::uint64_t buckets = 0;         // rows of the bucket map
  std::uint64_t buckets_mended = 0;  // rows that were missing, wrong or too many
};

/// Exact counts of one shard.
struct ShardCounts {
  ShardId id;
  std::string name;  // such as "shard-0003"; in another cell than the main one "dm/shard-0003"
  std::uint64_t channels = 0;
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t nonces = 0;
  std::uint64_t buckets = 0;  // rows of the bucket map
  std::uint64_t attachments = 0;
  std::uint64_t chunks = 0;  // of attachments, also of uploads under way
  std::uint64_t key_bytes = 0;
  std::uint64_t value_bytes = 0;
};

struct VerifyReport {
  std::vector<ShardCounts> shards;
  std::vector<VerifyProblem> problems;  // the first VerifyOptions::max_problems
  std::uint64_t problem_count = 0;
  std::uint64_t channels = 0;
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;
  bool ok() const { return problem_count == 0; }
};

}  // namespace rookery
