// The engine's verbs over an open RocksDB database.
//
// Reads do no more than look up the column family, set the read options and translate an error. Everything that decides
// how RocksDB works is in profile.cc, everything about opening in open.cc.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/rocksdb/failure_latch.h"
#include "engine/rocksdb/keyspace_table.h"
#include "engine/rocksdb/manifest_keeper.h"
#include "engine/rocksdb/profile.h"
#include "engine/rocksdb/rocksdb_engine.h"

namespace rookery::engine {

class RocksDbEngine final : public Engine {
 public:
  /// An open database and what must outlive it.
  struct Parts {
    std::string directory;
    PrefixRule prefix;
    bool read_only = false;
    std::shared_ptr<const crypto::KeyRing> keys;  // null: not encrypted
    Profile profile;
    std::shared_ptr<ManifestKeeper> keeper;  // null: read-only
    std::unique_ptr<rocksdb::Env> env;
    std::unique_ptr<rocksdb::DB> database;
    std::vector<Handle> handles;
  };

  explicit RocksDbEngine(Parts parts);
  ~RocksDbEngine() override;

  std::string_view name() const override { return "rocksdb"; }
  Capabilities capabilities() const override { return {.durable = true, .intake = true}; }

  std::vector<std::string> ListKeyspaces() const override { return keyspaces_.Names(); }
  Status CreateKeyspaces(std::span<const std::string> names) override;
  Status DropKeyspace(KeyspaceId keyspace) override;
  std::optional<KeyspaceId> FindKeyspace(std::string_view name) const override { return keyspaces_.Find(name); }

  std::unique_ptr<Batch> NewBatch() override;
  Status Write(Batch& batch, bool sync) override;
  Status Sync() override;
  std::uint64_t position() const override { return database_->GetLatestSequenceNumber(); }
  StallReport Stall() const override;
  void NotifyOfStalls(std::function<void()> changed) override;
  void NotifyOfFailures(std::function<void(Status)> failed) override;

  Result<std::unique_ptr<PinnedValue>> Get(KeyspaceId keyspace, std::string_view key,
                                           const Snapshot* snapshot) const override;
  Status GetMany(KeyspaceId keyspace, std::span<const std::string_view> keys, const Snapshot* snapshot,
                 const std::function<void(std::size_t index, std::string_view value)>& found) const override;
  std::unique_ptr<Cursor> NewCursor(KeyspaceId keyspace, const CursorOptions& options) const override;
  std::shared_ptr<const Snapshot> NewSnapshot() const override;

  Result<std::unique_ptr<Intake>> NewIntake() override;
  Status FlushKeyspaces(std::span<const KeyspaceId> keyspaces) override;
  Result<std::unique_ptr<HeldFiles>> HoldFiles() override;

  Status Flush() override;
  void FlushSoon(KeyspaceId keyspace) override;
  Status DropFiles(KeyspaceId keyspace, std::string_view lower, std::string_view upper) override;
  Status Reclaim(KeyspaceId keyspace, std::string_view lower, std::string_view upper,
                 std::atomic<bool>* cancelled) override;
  Status Compact() override;
  KeyspaceSize SizeOf(KeyspaceId keyspace) const override;
  EngineSize Size() const override;
  std::optional<std::uint64_t> FreeBytes() const override;
  Status Close() override;

 private:
  Status Check(const rocksdb::Status& status, std::string_view action) const;
  Status CheckWritable() const;
  /// What became of a write that went to RocksDB without leave to wait.
  Status WriteOutcome(const rocksdb::Status& status, std::string_view action);
  /// While a flush is under way: else a write is what begins one.
  bool MemtablesAreTooLarge() const;
  Status MemtablesTooLarge() const;
  StallReport LargestMemtable() const;
  /// Tells the monitor whose files in level 0 are too many.
  void FindStalls() const;
  Status CheckNewNames(std::span<const std::string> names) const;
  /// Makes the last entry one of a family that stays: what a dropped one had is not found again once its log is gone,
  /// and the position with it.
  Status MarkPosition();

  const std::string directory_;
  const PrefixRule prefix_;
  const bool read_only_;
  const std::shared_ptr<const crypto::KeyRing> keys_;  // null: not encrypted
  const Profile profile_;
  const std::shared_ptr<ManifestKeeper> keeper_;  // null: read-only
  const std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> database_;  // null once closed
  Handle default_family_;                  // always there, never listed
  KeyspaceTable keyspaces_;
  FailureLatch write_failure_;
  std::atomic<bool> intake_open_{false};
  std::mutex change_keyspaces_;  // held while families are made or dropped
};

}  // namespace rookery::engine
