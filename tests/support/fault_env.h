// A RocksDB environment on the real file system whose disk fails when a test says so.
//
// Idea: every call that changes the disk (create, append, sync, rename, delete) is counted; from a chosen call or a
// chosen number of bytes on, calls fail as a real disk's would: a full disk takes what still fits. Reads never fail.
#pragma once

#include <cstdint>
#include <memory>

namespace rocksdb {
class Env;
}

namespace rookery::testing {

/// Thread-safe. Must outlive the engine that uses it.
class FaultEnv {
 public:
  FaultEnv();
  ~FaultEnv();
  FaultEnv(const FaultEnv&) = delete;
  FaultEnv& operator=(const FaultEnv&) = delete;

  rocksdb::Env* env() const;

  /// The disk is full once `bytes` more bytes are written.
  void FillAfter(std::uint64_t bytes);
  /// Of the calls that change the disk, only the n-th from now fails (1: the next one).
  void FailCall(std::uint64_t n);
  /// The n-th and all later ones fail.
  void FailFrom(std::uint64_t n);
  /// Whoever makes a table file (flushes, compactions) waits from now on, but for the first `n`, until Heal.
  void HoldTablesAfter(std::uint64_t n);
  /// The disk is well again.
  void Heal();

  /// Calls that changed the disk, or would have, so far.
  std::uint64_t calls() const;
  /// What was written to the write-ahead log and not synced since: lost if the machine died now.
  std::uint64_t unsynced_log_bytes() const;

 private:
  class Disk;
  class File;
  class FileSystem;

  std::shared_ptr<Disk> disk_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace rookery::testing
