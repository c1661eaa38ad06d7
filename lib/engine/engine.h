// The engine: an ordered byte key-value store with keyspaces. It knows no message, no channel and no shard.
//
// Invariant: a Batch is applied whole or not at all, over all keyspaces it touches, and is seen by readers whole or not
// at all. Every implementation passes tests/engine/engine_contract.cc.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/intake.h"
#include "rookery/stats.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Names a keyspace of an open engine. Stable while the engine is open; not stored anywhere.
struct KeyspaceId {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(KeyspaceId, KeyspaceId) = default;
};

/// What an engine can do beyond the contract. The store chooses by these, never by the engine's name.
struct Capabilities {
  bool durable = false;  // what was written is there after reopening
  bool intake = false;   // NewIntake and FlushKeyspaces
};

/// A repeatable view. Opaque; released by its destructor, which must run before the engine's.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  /// Never less than that of a snapshot that was taken before, and greater if something was written between the two.
  virtual std::uint64_t sequence() const = 0;
};

/// Bytes read from an engine and whatever keeps them in memory. Move-only, so that an engine may pin in place of
/// copying.
class PinnedValue {
 public:
  virtual ~PinnedValue() = default;
  virtual std::string_view view() const = 0;
};

/// Is told what a batch holds, in order. The views are valid during the call only.
class BatchVisitor {
 public:
  virtual ~BatchVisitor() = default;
  virtual void Put(KeyspaceId keyspace, std::string_view key, std::string_view value) = 0;
  virtual void Delete(KeyspaceId keyspace, std::string_view key) = 0;
  virtual void DeleteRange(KeyspaceId keyspace, std::string_view begin, std::string_view end) = 0;
};

/// Writes that belong together. Made by Engine::NewBatch, for use with that engine only. Owned by one thread.
/// Keys and values are copied by each call. A later entry for the same key wins.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual void Put(KeyspaceId keyspace, std::string_view key, std::string_view value) = 0;
  virtual void Delete(KeyspaceId keyspace, std::string_view key) = 0;
  /// Deletes every key with begin <= key < end.
  virtual void DeleteRange(KeyspaceId keyspace, std::string_view begin, std::string_view end) = 0;
  virtual void Visit(BatchVisitor* visitor) const = 0;
  virtual void Clear() = 0;
  virtual std::size_t count() const = 0;      // entries
  virtual std::size_t byte_size() const = 0;  // about what the write costs the log
  /// Where in the log its last entry went: see Engine::position. REQUIRES: it was just written.
  virtual std::uint64_t position() const { return 0; }
};

/// How a cursor will be used; the engine may use it to read less.
enum class Access : std::uint8_t {
  kPage,  // a short run of keys that share the prefix of `lower` (codec::kChannelPrefix...): prefix filters may serve
  kScan,  // a long run in total order: reads ahead, leaves the cache alone
  kSkip,  // far jumps in total order, a few keys each: no read-ahead
};

struct CursorOptions {
  std::string_view lower = {};         // inclusive; must outlive the cursor
  std::string_view upper = {};         // exclusive, empty: no bound; must outlive the cursor
  const Snapshot* snapshot = nullptr;  // null: the state when the cursor is made
  Access access = Access::kPage;
};

/// Takes the rows of a run. The views are valid during the call only.
class RowSink {
 public:
  virtual ~RowSink() = default;
  /// False ends the run; the cursor stays on this row.
  virtual bool Take(std::string_view key, std::string_view value) = 0;
};

enum class Direction : std::uint8_t { kForward, kBackward };

/// A position in one keyspace, within [lower, upper). Sees one state of the store, fixed when it is made.
/// Owned by one thread; must not outlive the engine. key() and value() are valid until the next move.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual void SeekToFirst() = 0;
  virtual void SeekToLast() = 0;
  virtual void Seek(std::string_view target) = 0;         // first key >= target
  virtual void SeekForPrev(std::string_view target) = 0;  // last key <= target
  virtual void Next() = 0;                                // REQUIRES: valid()
  virtual void Prev() = 0;                                // REQUIRES: valid()
  /// Hands up to `limit` rows, the current one first, to `sink`, and stops on the row after the last. Does nothing when
  /// not valid(). An engine may override it, so that a row costs one call of an unknown type and not four.
  virtual void Run(std::size_t limit, Direction direction, RowSink* sink) {
    for (std::size_t i = 0; i < limit && valid() && sink->Take(key(), value()); ++i) {
      direction == Direction::kForward ? Next() : Prev();
    }
  }
  virtual bool valid() const = 0;
  virtual std::string_view key() const = 0;    // REQUIRES: valid()
  virtual std::string_view value() const = 0;  // REQUIRES: valid()
  /// Rows that were deleted, and that this cursor had to step over so far. 0 if the engine does not know.
  virtual std::uint64_t stepped() const { return 0; }
  /// When not valid(): OK at an end, else why reading failed.
  virtual Status status() const = 0;
};

struct KeyspaceSize {
  std::uint64_t estimated_rows = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t memory_bytes = 0;
};

struct EngineSize {
  std::uint64_t disk_bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::uint64_t block_cache_bytes = 0;
  std::uint64_t memtable_bytes = 0;
};

/// What holds up writes now, and for how long that was so since the engine was opened.
struct StallReport {
  StallState state = StallState::kNone;
  std::string keyspace;                  // the culprit
  std::string reason;                    // in words, with figures
  std::uint64_t bytes_per_second = 0;    // to which writes are delayed; 0: not known
  std::chrono::milliseconds lasting{0};  // the present state
  std::chrono::milliseconds delayed{0};
  std::chrono::milliseconds stopped{0};
};

/// A file of an engine, as it was at one moment.
struct HeldFile {
  std::string name;                         // without a directory
  std::string path;                         // where its bytes are
  std::uint64_t size = 0;                   // only so many of its bytes count: it may grow
  bool never_changes = false;               // a table or a file of large values
  std::optional<std::string> content = {};  // what it said then, in place of what its path has
};

/// The files that make up an engine at one moment. None of them is deleted while this lives, which must end before the
/// engine is closed. Owned by one thread.
class HeldFiles {
 public:
  virtual ~HeldFiles() = default;
  virtual const std::vector<HeldFile>& files() const = 0;
};

/// Thread-safe, but for the objects it makes. Errors: kIoError, kNoSpace, kCorruption, kPermission, kUnavailable.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual std::string_view name() const = 0;
  virtual Capabilities capabilities() const = 0;

  /// The keyspaces that exist, sorted by name.
  virtual std::vector<std::string> ListKeyspaces() const = 0;
  /// kAlreadyExists if one of the names exists; then none is made. Names are not empty.
  virtual Status CreateKeyspaces(std::span<const std::string> names) = 0;
  virtual Status DropKeyspace(KeyspaceId keyspace) = 0;
  virtual std::optional<KeyspaceId> FindKeyspace(std::string_view name) const = 0;

  virtual std::unique_ptr<Batch> NewBatch() = 0;
  /// Applies the batch. `sync`: it is on disk before the call returns. The batch may be cleared and used again.
  /// kBusy: writes are delayed or stopped just now. Nothing of the batch was written, and it may be written later.
  virtual Status Write(Batch& batch, bool sync) = 0;
  /// Returns when every write acknowledged so far is on disk. kBusy: as Write.
  virtual Status Sync() = 0;
  /// How far the log has come: each entry that is written moves it on by one, and reopening does not move it back.
  /// 0: the engine is not durable.
  virtual std::uint64_t position() const { return 0; }
  /// An engine that never answers kBusy need not override these two.
  virtual StallReport Stall() const { return {}; }
  /// `changed` is called, on any thread, whenever waiting writes should try again. It must be quick and not use the
  /// engine. To be set once, before the first write; it must live until Close has returned.
  virtual void NotifyOfStalls(std::function<void()> /*changed*/) {}  // NOLINT(performance-unnecessary-value-param)
  /// `failed` is called, on any thread, when background work failed, after which writes fail too. It must be quick and
  /// not use the engine. An engine that does all its work within calls need not override this. Once it has returned,
  /// what was given before is not called any more.
  // NOLINTNEXTLINE(performance-unnecessary-value-param)
  virtual void NotifyOfFailures(std::function<void(Status)> /*failed*/) {}

  /// Null if the key is absent.
  virtual Result<std::unique_ptr<PinnedValue>> Get(KeyspaceId keyspace, std::string_view key,
                                                   const Snapshot* snapshot = nullptr) const = 0;
  /// Calls found(i, value) for each key that exists, in the order of i; `keys` may be in any order. All reads are of
  /// one state.
  virtual Status GetMany(KeyspaceId keyspace, std::span<const std::string_view> keys, const Snapshot* snapshot,
                         const std::function<void(std::size_t index, std::string_view value)>& found) const = 0;
  virtual std::unique_ptr<Cursor> NewCursor(KeyspaceId keyspace, const CursorOptions& options) const = 0;
  virtual std::shared_ptr<const Snapshot> NewSnapshot() const = 0;

  /// For bulk loads; one at a time: kBusy while there is another. kUnsupported: the engine cannot, see Capabilities.
  virtual Result<std::unique_ptr<Intake>> NewIntake() {
    return Status(StatusCode::kUnsupported, "this engine takes no bulk loads; post in batches");
  }
  /// Brings what these keyspaces hold in memory to disk.
  virtual Status FlushKeyspaces(std::span<const KeyspaceId> /*keyspaces*/) { return Flush(); }

  /// The files of which a copy is this engine as it is now, with all that was written: nothing is flushed. REQUIRES: no
  /// write is under way. kUnsupported: the engine is not made of files. kUnavailable: they changed while they were
  /// listed; to be tried again.
  virtual Result<std::unique_ptr<HeldFiles>> HoldFiles() {
    return Status(StatusCode::kUnsupported, "this engine keeps nothing in files, so there is nothing to back up");
  }

  virtual Status Flush() = 0;
  /// Drops files that hold nothing but rows in [lower, upper), if no snapshot is held. REQUIRES: every row there is
  /// deleted, and none is written meanwhile.
  virtual Status DropFiles(KeyspaceId /*keyspace*/, std::string_view /*lower*/, std::string_view /*upper*/) {
    return {};
  }
  /// Gives back the disk space of rows between `lower` and `upper` that are deleted, as far as nobody can see them any
  /// more. May take long; kInterrupted soon after `cancelled`, which must outlive the call, was set.
  virtual Status Reclaim(KeyspaceId /*keyspace*/, std::string_view /*lower*/, std::string_view /*upper*/,
                         std::atomic<bool>* /*cancelled*/) {
    return {};
  }
  /// Begins to write what the keyspace has in memory to disk, soon, if the engine thinks it can. Does not wait.
  virtual void FlushSoon(KeyspaceId /*keyspace*/) {}
  virtual Status Compact() = 0;
  virtual KeyspaceSize SizeOf(KeyspaceId keyspace) const = 0;
  virtual EngineSize Size() const = 0;
  /// What is left of the disk for it. nullopt: it has none, or cannot tell.
  virtual std::optional<std::uint64_t> FreeBytes() const { return std::nullopt; }
  /// Flushes and closes. After it only the destructor may be called. All snapshots and cursors must be gone.
  virtual Status Close() = 0;
};

}  // namespace rookery::engine
