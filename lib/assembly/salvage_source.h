// A damaged store's directory, made readable beside it: links to what is whole, a manifest without the tables that are
// not, and logs of the records that are.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assembly/scratch_engine.h"
#include "assembly/store_directory.h"
#include "engine/engine.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/doctor.h"

namespace rookery::assembly {

class SalvageSource {
 public:
  /// `scratch`: where the links go, and what is written for them, as encrypted as `path` is; must not exist. `options`:
  /// with the keys. `report` is told what is lost already. kCorruption: there is no manifest that can be read.
  /// REQUIRES: nobody writes to `path`.
  static Result<std::unique_ptr<SalvageSource>> Open(const std::filesystem::path& path,
                                                     const std::filesystem::path& scratch, const std::string& cell,
                                                     const engine::RocksDbOptions& options, SalvageReport* report);

  engine::Engine& engine() { return *engine_; }
  /// Absent: the identity file cannot be read.
  const std::optional<Identity>& identity() const { return identity_; }

 private:
  SalvageSource(const std::filesystem::path& path, std::string cell, const engine::RocksDbOptions& options,
                ScratchEngine scratch, SalvageReport* report)
      : directory_(path), cell_(std::move(cell)), options_(options), scratch_(std::move(scratch)), report_(*report) {}

  Status UseManifest();
  Status LeaveOutTables();
  Status WriteLogs();
  void ReportLosses();
  /// Null: it is not encrypted.
  const crypto::KeyRing* keys() const { return options_.keys.get(); }
  void ReportUnknownWrites(const std::string& where, std::uint64_t first, std::uint64_t last);

  const StoreDirectory directory_;
  const std::string cell_;
  const engine::RocksDbOptions options_;
  const ScratchEngine scratch_;
  SalvageReport& report_;
  std::optional<Identity> identity_;
  std::filesystem::path manifest_;  // by which it is read
  std::unique_ptr<engine::Engine> engine_;
};

/// "shard-0003" -> 3; nullopt: it is no shard's.
std::optional<ShardId> ShardOfKeyspace(std::string_view keyspace);
/// The stretch from one key to another, both lost.
LostRange RangeOf(std::string_view first_key, std::string_view last_key);
/// The stretch between two keys that were read; empty: there was none.
LostRange RangeBetween(std::string_view after, std::string_view before);

}  // namespace rookery::assembly
