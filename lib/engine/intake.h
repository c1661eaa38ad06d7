// The engine's side of a bulk load: files for what does not fit into memory, tables that are sorted already, and taking
// all tables in at once.
//
// Invariant: rows of a table are seen by nobody before Ingest, and then all rows of all its tables at once. Whatever an
// intake has made and Ingest has not taken is gone with it; what a crash leaves is gone when the engine is next opened
// for writing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "rookery/status.h"

namespace rookery::engine {

struct KeyspaceId;

/// Bytes that are appended by one thread, then sealed, then read by any. Removed by the destructor.
class ScratchFile {
 public:
  virtual ~ScratchFile() = default;
  virtual Status Append(std::string_view bytes) = 0;  // kNoSpace, kIoError
  /// What was appended can be read from now on, and nothing more can be appended.
  virtual Status Seal() = 0;
  /// Reads up to buffer.size() bytes; fewer only at the end. A view into `buffer`, or of memory that lives as long as
  /// the file. REQUIRES: sealed.
  virtual Result<std::string_view> Read(std::uint64_t offset, std::span<char> buffer) const = 0;
};

/// Rows of one keyspace in the order of their keys. Filled by one thread; then Contains may be called by one.
class SortedTable {
 public:
  virtual ~SortedTable() = default;
  /// kInvalidArgument unless the key is greater than the one before.
  virtual Status Add(std::string_view key, std::string_view value) = 0;
  /// REQUIRES: a row was added. No Add afterwards.
  virtual Status Finish() = 0;
  /// About what it takes on disk so far.
  virtual std::uint64_t byte_size() const = 0;
  /// REQUIRES: finished, not yet ingested.
  virtual Result<bool> Contains(std::string_view key) = 0;
};

/// How tables are compressed, by engines that do: as what will soon be written again, or as what stays.
enum class Packing : std::uint8_t { kFast, kSmall };

/// Made by Engine::NewIntake; must not outlive the engine. The makers are thread-safe; what they make is not.
class Intake {
 public:
  virtual ~Intake() = default;
  virtual Result<std::unique_ptr<ScratchFile>> NewScratchFile() = 0;
  virtual Result<std::unique_ptr<SortedTable>> NewTable(KeyspaceId keyspace, Packing packing) = 0;
  /// Takes all tables in, durably: all rows of all of them, or none. Their keys must not overlap within a keyspace,
  /// and nobody may write to their keyspaces from Engine::FlushKeyspaces on until this returns. After an error nothing
  /// of them can be seen, but the engine may refuse further writes.
  virtual Status Ingest(std::span<const std::unique_ptr<SortedTable>> tables) = 0;
};

}  // namespace rookery::engine
