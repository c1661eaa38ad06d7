// The options of Store::Open and of the calls that write. Defaults are meant to be good; Validate() names a bad field.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "rookery/admission.h"
#include "rookery/autopilot.h"
#include "rookery/beside.h"
#include "rookery/cache.h"
#include "rookery/clock.h"
#include "rookery/encryption.h"
#include "rookery/export.h"
#include "rookery/logger.h"
#include "rookery/recovery.h"
#include "rookery/routing.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

enum class OpenMode : std::uint8_t {
  kOpenOrCreate,  // creates only where nothing is: a missing or empty directory
  kOpen,
  kCreate,      // kAlreadyExists if there is a store
  kReadOnly,    // opens an existing store; several processes may, while none has it open for writing
  kReadBeside,  // the same, and while one has it open for writing: a checkpoint that it has made (rookery/beside.h)
};

enum class EngineKind : std::uint8_t {
  kRocksDb,
  kMemory,  // nothing touches the disk and Close() forgets everything: for tests; the path is only a name
};

enum class Durability : std::uint8_t {
  kBuffered,  // in the write-ahead log, the operating system decides when it reaches the disk: survives a crash of the
              // process, may lose the last seconds when the machine crashes
  kSync,      // on disk before the call returns
};

/// How message ids are made.
struct IdOptions {
  std::uint32_t worker = 0;  // 0..1023: give each store its own if their messages are ever to be merged
  /// When ids begin to count; fixed at creation. The default leaves room for old mail and lasts until 2059.
  Timestamp epoch{std::chrono::milliseconds{631'152'000'000}};  // 1990-01-01T00:00:00Z
  /// How far ids may run ahead of the clock, after a burst or when the clock steps back, before posts answer kBusy.
  std::chrono::milliseconds max_clock_lead = std::chrono::seconds{60};
};

/// What a message may weigh. Over a limit: kInvalidArgument.
struct Limits {
  std::size_t max_content_bytes = std::size_t{1} << 20;  // content of a message, value of a record; at most 1 GiB
  std::size_t max_attributes = 64;
  std::size_t max_attribute_bytes = std::size_t{64} << 10;      // all names and values of a message; at most 64 MiB
  std::uint64_t max_attachment_bytes = std::uint64_t{1} << 30;  // of one attachment; at most 64 GiB
  std::size_t max_attachments = 100;                            // of one message; at most 10,000
};

/// The engine's memory and disk. One named profile sets the rest; docs/tuning.md says what it sets and why.
struct TuningOptions {
  std::string profile = "chat";  // "chat" is the only one so far
  // Default: their parts of StoreOptions::memory; without that 256 MiB and 128 MiB, or less where memory is scarce.
  std::optional<std::size_t> block_cache_bytes = {};
  std::optional<std::size_t> write_buffer_bytes = {};      // memtables of all shards together
  std::uint64_t max_wal_bytes = std::uint64_t{256} << 20;  // bounds the log and so the time to recover
  /// Rows of at least so many bytes lie in files of their own, which compactions leave alone; at most 1 GiB, 0: none.
  std::size_t blob_threshold_bytes = std::size_t{32} << 10;
  /// Options of the engine by their own names, applied last to every shard. For experiments: not checked by Rookery.
  std::map<std::string, std::string> overrides = {};
};

struct ROOKERY_EXPORT StoreOptions {
  OpenMode mode = OpenMode::kOpenOrCreate;
  EngineKind engine = EngineKind::kRocksDb;
  /// Of a new store (default: HashRouting{}). For an existing one: leave it out, or give what the store has by now; of
  /// a directory's entries, some or none.
  std::optional<Routing> routing = {};
  IdOptions ids = {};
  /// The window of ids whose live messages are counted together, per channel: what retention cuts at once. Fixed at
  /// creation. A minute to 10,000 days.
  std::chrono::minutes bucket_width = std::chrono::days{10};
  Limits limits = {};
  TuningOptions tuning = {};
  CacheOptions cache = {};
  /// What the store may take, in bytes: divided among block cache, memtables, message cache and the rest, but for the
  /// parts that are given by themselves (docs/tuning.md). At least 8 MiB. Absent: each part's default, at most half of
  /// what the machine or the control group (cgroup) has.
  std::optional<std::size_t> memory = {};
  AdmissionOptions admission = {};
  Durability durability = Durability::kBuffered;  // of writes that do not say
  /// How often retention rules are enforced, by a thread that is there once there is a rule. At most a day; 0: only by
  /// Store::RunRetention.
  std::chrono::milliseconds retention_interval = std::chrono::minutes{1};
  /// The most messages that it removes in a second then, on average. 0: no limit.
  std::uint64_t retention_rate = 50'000;
  /// Absent: the store is not encrypted. A store is made with it or without, and opened as it was made; its cells are
  /// as it is.
  std::optional<EncryptionOptions> encryption = {};
  /// What to do with a store that has lost something since it was last open; Store::LastRecovery tells what.
  Recovery recovery = Recovery::kTail;
  /// Set: other processes may read the store while this one writes to it. Absent: they cannot.
  std::optional<ServeReadersOptions> serve_readers = {};
  BesideOptions beside = {};  // of OpenMode::kReadBeside
  /// Whether a store that is opened with a reshard job under way goes on with it. Else Store::ResumeReshard does.
  bool resume_reshard = true;
  /// Set: shards are split and merged as they grow and shrink, by a thread of the store. Absent: only by calls.
  std::optional<AutopilotOptions> autopilot = {};
  /// Of writes that do not say: how long one may wait for the engine while that delays or stops writes, before kBusy.
  /// 0 (never wait) to an hour.
  std::chrono::milliseconds write_timeout = std::chrono::seconds{10};
  /// How often a store that is open for writing tells its counters to other processes, by a file in its directory
  /// (ReadPublishedStats, `rookery stats`), and once more when it is closed. At most an hour; 0: never.
  std::chrono::milliseconds stats_interval = std::chrono::seconds{1};
  /// Called once when the store stops taking writes since one failed, or since work in the background did, with what
  /// StoreStats::unavailable_reason says from then on. On the thread that found out; it must be quick, not throw, and
  /// not call into the store. Null: nobody.
  std::function<void(const Status& cause)> on_failure = nullptr;
  std::shared_ptr<Logger> logger = nullptr;      // null: silent
  std::shared_ptr<const Clock> clock = nullptr;  // null: the system's clock

  /// kInvalidArgument naming the first bad field, or OK.
  Status Validate() const;
};

struct ReadOptions {
  /// How long to wait while another caller reads the same from the engine, before kBusy; absent: as long as it takes.
  std::optional<std::chrono::milliseconds> timeout = {};
};

struct WriteOptions {
  std::optional<Durability> durability = {};  // default: StoreOptions::durability
  /// How long to wait while the engine delays or stops writes, or while a repair or the end of a bulk load holds all
  /// channels, before kBusy; default: StoreOptions::write_timeout.
  std::optional<std::chrono::milliseconds> timeout = {};
};

/// What a batch does when a message brings an id that a different message (see Store::Post) already has.
enum class IdCollision : std::uint8_t {
  kFail,        // kAlreadyExists, nothing of the batch is written
  kNextFreeId,  // takes the next higher free id: for importers, whose ids are a time and a hash
};

/// What a batch does whose channels are in several cells (rookery/cells.h).
enum class BatchCells : std::uint8_t {
  kOne,    // kInvalidArgument, nothing is written: a batch is written whole or not at all only within a cell
  kSplit,  // is written cell by cell, each part whole or not at all; after an error some parts may be there, others not
};

struct BatchOptions {
  std::optional<Durability> durability = {};
  IdCollision id_collision = IdCollision::kFail;
  std::optional<std::chrono::milliseconds> timeout = {};  // as WriteOptions::timeout
  BatchCells cells = BatchCells::kOne;
};

struct DeleteOptions {
  std::optional<Version> expected_version = {};
  std::optional<Durability> durability = {};
  std::optional<std::chrono::milliseconds> timeout = {};  // as WriteOptions::timeout
};

struct PutOptions {
  std::optional<Version> expected_version = {};  // 0: the record must not exist yet
  std::optional<Durability> durability = {};
  std::optional<std::chrono::milliseconds> timeout = {};  // as WriteOptions::timeout

  // For importers and copies: what to store in place of the next version and the present time.
  std::optional<Version> version = {};
  std::optional<Timestamp> updated_at = {};
};

}  // namespace rookery
