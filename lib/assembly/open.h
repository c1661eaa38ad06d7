// Opening: the one place that knows every concrete engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "assembly/lock_file.h"
#include "assembly/stats_publisher.h"
#include "assembly/store_directory.h"
#include "crypto/key_ring.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::assembly {

/// An open store and the lock that keeps others out. The lock is let go after the store is closed.
struct OpenedStore {
  std::optional<LockFile> lock;                   // absent: nothing on disk
  std::shared_ptr<store::StoreImpl> impl;         // shared with snapshots
  std::optional<StatsPublisher::Config> publish;  // absent: nothing is published. What it reads is the caller's to say
};

/// What a store that is a cell of another one gets from it.
struct CellOf {
  CellMark mark;         // that it must have, or is made with
  std::string store_id;  // that it must have; empty: any
  std::shared_ptr<store::Admission> admission;
  std::uint64_t quota_bytes = 0;  // 0: none
};

/// `cell`: it is opened as a cell. Else one that is a cell can only be read.
Result<OpenedStore> OpenStore(const std::filesystem::path& path, const StoreOptions& options,
                              const CellOf* cell = nullptr);

/// How the engine of a store with these options is opened; null `keys`: it is not encrypted.
engine::RocksDbOptions EngineOptionsOf(const StoreOptions& options, engine::RocksDbOptions::Mode mode,
                                       std::shared_ptr<const crypto::KeyRing> keys);

/// Opens a store for reading without its lock and without asking its witness, from an engine's directory that may lie
/// elsewhere. REQUIRES: nobody writes to it.
Result<std::shared_ptr<store::StoreImpl>> OpenForExamination(const std::filesystem::path& path,
                                                             const std::filesystem::path& engine_path,
                                                             const Identity& identity, const StoreOptions& options,
                                                             std::shared_ptr<const crypto::KeyRing> keys);

/// A copy of a store's files at one moment, which lies elsewhere than the store.
struct StoreCopy {
  std::filesystem::path store;  // of which it is
  std::filesystem::path directory;
  std::uint64_t position = 0;  // in the log, at that moment
};
/// Opens it for reading, as the store itself would be but for lock and witness. kCorruption: it is not at its position.
Result<std::shared_ptr<store::StoreImpl>> OpenCopy(const StoreCopy& copy, const StoreOptions& options,
                                                   const CellOf* cell = nullptr);

}  // namespace rookery::assembly
