// The least that a bulk load can cost: ready rows, sorted before the clock starts, go one after the other into tables
// of RocksDB's with Rookery's options, which are ingested all together.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "bench/workload.h"

namespace rookery::bench {

class RocksDbStore;

/// Used by one thread. Throws Failure on errors.
class SstLoad {
 public:
  /// `workload` outlives it.
  SstLoad(const Workload& workload, std::uint32_t shards);
  ~SstLoad();
  SstLoad(const SstLoad&) = delete;
  SstLoad& operator=(const SstLoad&) = delete;

  /// A new database.
  void Create(const std::filesystem::path& directory);
  void Load();
  void Close();

 private:
  const Workload& workload_;
  std::vector<std::vector<std::uint32_t>> sorted_;  // by shard: its messages in the order of their keys
  std::unique_ptr<RocksDbStore> store_;
};

}  // namespace rookery::bench
