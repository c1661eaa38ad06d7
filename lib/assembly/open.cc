#include "assembly/open.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "assembly/encryption.h"
#include "assembly/memory_limit.h"
#include "assembly/recovery.h"
#include "assembly/store_directory.h"
#include "assembly/system_error.h"
#include "assembly/witness_file.h"
#include "base/macros.h"
#include "base/system_clock.h"
#include "codec/catalog_format.h"
#include "codec/key_format.h"
#include "crypto/hex.h"
#include "engine/memory/memory_engine.h"
#include "engine/rocksdb/kept_manifest.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/lost_logs.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "store/memory_plan.h"

namespace rookery::assembly {
namespace {

using Content = StoreDirectory::Content;

/// The engine holds a file open for each keyspace that it has made, until it is opened again: not worth it for a few.
constexpr std::size_t kManyKeyspaces = 65;

/// Options with every part of the memory decided.
struct PlannedOptions : StoreOptions {
  bool memory_was_given = false;                          // so that it is not to be overrun
  const CellOf* cell = nullptr;                           // null: it is opened as a store of its own
  std::shared_ptr<const crypto::KeyRing> keys = nullptr;  // null: not encrypted, or not known yet
};

PlannedOptions WithMemory(const StoreOptions& given, const CellOf* cell) {
  PlannedOptions options{given, given.memory.has_value(), cell, /*keys=*/nullptr};
  store::MemoryWishes wishes = store::WishesOf(options);
  if (const auto limit = MemoryLimit()) wishes.ceiling = *limit / 2;
  const store::MemoryPlan plan = store::DivideMemory(wishes);
  options.memory = plan.total();
  options.tuning.block_cache_bytes = plan.block_cache;
  options.tuning.write_buffer_bytes = plan.memtables;
  options.cache.capacity = plan.message_cache;
  return options;
}

engine::RocksDbOptions EngineOptions(const PlannedOptions& options, engine::RocksDbOptions::Mode mode,
                                     bool machine_went_down = false) {
  engine::RocksDbOptions result;
  result.mode = mode;
  if (machine_went_down) result.log_damage = engine::RocksDbOptions::LogDamage::kEndsIt;
  result.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
  result.profile = options.tuning.profile;
  result.block_cache_bytes = *options.tuning.block_cache_bytes;
  result.write_buffer_bytes = *options.tuning.write_buffer_bytes;
  if (options.memory_was_given) result.max_memtable_bytes = result.write_buffer_bytes + result.write_buffer_bytes / 4;
  result.max_wal_bytes = options.tuning.max_wal_bytes;
  result.blob_threshold_bytes = options.tuning.blob_threshold_bytes;
  result.overrides = options.tuning.overrides;
  result.logger = options.logger;
  result.keys = options.keys;
  return result;
}

/// Ids hold 2^41 ms after the epoch: the present must be among them.
Result<Identity> NewIdentity(const PlannedOptions& options, const Clock& clock) {
  constexpr std::uint64_t kSpan = std::uint64_t{1} << (63 - MessageId::kTimeShift);
  const Timestamp now = clock.Now();
  const std::int64_t epoch_ms = options.ids.epoch.time_since_epoch().count();
  const std::int64_t now_ms = now.time_since_epoch().count();
  // Unsigned, as the difference of two times may not fit.
  if (epoch_ms > now_ms || static_cast<std::uint64_t>(now_ms) - static_cast<std::uint64_t>(epoch_ms) >= kSpan) {
    return Status(StatusCode::kInvalidArgument,
                  "ids.epoch is " + std::to_string(epoch_ms) + " ms since 1970 and the clock says " +
                      std::to_string(now_ms) + "; the epoch must be at most 69 years (2^41 ms) ago, and not to come");
  }
  Identity identity{.format = kStoreFormat, .store_id = NewStoreId(), .epoch = options.ids.epoch, .created_at = now};
  if (options.cell != nullptr) identity.cell = options.cell->mark;
  return identity;
}

/// Whether this may be opened as what the caller takes it for. Asked before the engine is touched.
Status CheckMark(const Identity& identity, const std::filesystem::path& path, const PlannedOptions& options) {
  const auto is = [&](const CellMark& mark) { return "cell " + mark.name + " of store " + mark.store_id; };
  if (options.cell == nullptr) {
    if (!identity.cell || options.mode == OpenMode::kReadOnly) return {};
    return {StatusCode::kInvalidArgument, path.string() + " is " + is(*identity.cell) +
                                              "; open that store to write to it, or open this one for reading"};
  }
  const CellOf& wanted = *options.cell;
  if (identity.cell == wanted.mark && (wanted.store_id.empty() || wanted.store_id == identity.store_id)) return {};
  const std::string what = !identity.cell                 ? "a store of its own"
                           : identity.cell == wanted.mark ? "another " + is(*identity.cell)
                                                          : is(*identity.cell);
  return {StatusCode::kInvalidArgument, path.string() + " is " + what + ", not " + is(wanted.mark) +
                                            "; put the cell's directory back, or correct the path"};
}

StoreInfo InfoOf(const std::filesystem::path& path, const Identity& identity) {
  StoreInfo info;
  info.path = path.string();
  info.store_id = identity.store_id;
  info.format_version = identity.format;
  info.epoch = identity.epoch;
  info.created_at = identity.created_at;
  return info;
}

/// What a store is opened with, beside its options.
struct Found {
  Identity identity;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<store::Witness> witness = {};
  RecoveryReport recovery = {};
};

Result<std::unique_ptr<store::StoreImpl>> OpenImpl(const std::filesystem::path& path, const PlannedOptions& options,
                                                   Found found, std::shared_ptr<const Clock> clock) {
  return store::StoreImpl::Open({.engine = std::move(found.engine),
                                 .options = static_cast<const StoreOptions&>(options),
                                 .info = InfoOf(path, found.identity),
                                 .clock = std::move(clock),
                                 .admission = options.cell != nullptr ? options.cell->admission : nullptr,
                                 .quota_bytes = options.cell != nullptr ? options.cell->quota_bytes : 0,
                                 .witness = std::move(found.witness),
                                 .recovery = std::move(found.recovery),
                                 .enforces_retention = options.cell == nullptr});
}

Status InitializeEngine(engine::Engine* engine, const Identity& identity, const StoreOptions& options) {
  return store::InitializeStore(engine, {identity.format, identity.store_id}, options);
}

Result<OpenedStore> OpenInMemory(const std::filesystem::path& path, const PlannedOptions& options,
                                 std::shared_ptr<const Clock> clock) {
  if (options.mode == OpenMode::kOpen) {
    return Status(StatusCode::kNotAStore, "a memory store cannot be opened again: it was forgotten when it was closed");
  }
  Found made{.identity = {}, .engine = engine::NewMemoryEngine()};
  RK_ASSIGN_OR_RETURN(made.identity, NewIdentity(options, *clock));
  RK_TRY(InitializeEngine(made.engine.get(), made.identity, options));
  RK_ASSIGN_OR_RETURN(auto impl, OpenImpl(path, options, std::move(made), std::move(clock)));
  return OpenedStore{.lock = std::nullopt, .impl = std::move(impl), .publish = std::nullopt};
}

bool MayCreate(OpenMode mode) { return mode == OpenMode::kCreate || mode == OpenMode::kOpenOrCreate; }

/// kNotAStore, kAlreadyExists, or whether to create. REQUIRES: nobody else is creating a store there.
/// `path`: as the caller has it.
Result<bool> MustCreate(const std::string& path, Content content, OpenMode mode) {
  switch (content) {
    case Content::kStore:
      if (mode != OpenMode::kCreate) return false;
      return Status(StatusCode::kAlreadyExists, path + " is a store already; open it, or choose another path");
    case Content::kBegun:
      return Status(StatusCode::kNotAStore,
                    path +
                        " has no file ROOKERY: creating a store was cut short there, or the file was lost. If nothing "
                        "was ever stored in it, remove it and create the store again; else put the file back");
    case Content::kOther:
      if (std::string hint = HintAtBackupSet(path); !hint.empty()) return Status(StatusCode::kNotAStore, hint);
      return Status(StatusCode::kNotAStore, path + " is not a store, and not an empty directory; choose another path");
    case Content::kNothing:
    case Content::kLock:
      if (MayCreate(mode)) return true;
      return Status(StatusCode::kNotAStore, "there is no store at " + path + "; create one there first");
  }
  return false;
}

/// What this call makes on disk: undone when it is destroyed, unless it is kept.
class Creation {
 public:
  explicit Creation(const StoreDirectory& directory) : directory_(directory) {}
  ~Creation() {
    if (!kept_) directory_.Unmake(made);
  }
  Creation(const Creation&) = delete;
  Creation& operator=(const Creation&) = delete;

  void Keep() { kept_ = true; }

  StoreDirectory::Made made;

 private:
  const StoreDirectory& directory_;
  bool kept_ = false;
};

Result<std::unique_ptr<engine::Engine>> CreateEngine(const StoreDirectory& directory, const PlannedOptions& options,
                                                     const Identity& identity) {
  RK_ASSIGN_OR_RETURN(auto engine,
                      engine::OpenRocksDbEngine(directory.engine_path(),
                                                EngineOptions(options, engine::RocksDbOptions::Mode::kCreate)));
  RK_TRY(InitializeEngine(engine.get(), identity, options));
  if (engine->ListKeyspaces().size() > kManyKeyspaces) {
    RK_TRY(engine->Close());
    RK_ASSIGN_OR_RETURN(engine, engine::OpenRocksDbEngine(directory.engine_path(),
                                                          EngineOptions(options, engine::RocksDbOptions::Mode::kOpen)));
  }
  return engine;
}

Result<Found> CreateOnDisk(const StoreDirectory& directory, PlannedOptions options, const Clock& clock,
                           Creation* creation) {
  Found made;
  RK_ASSIGN_OR_RETURN(made.identity, NewIdentity(options, clock));
  RK_ASSIGN_OR_RETURN(options.keys, KeysOfNewStore(options.encryption));
  if (options.keys) made.identity.key_id = crypto::ToHex(options.keys->newest_id());
  RK_TRY(directory.MakePrivate(&creation->made));
  creation->made.files = true;
  RK_ASSIGN_OR_RETURN(made.engine, CreateEngine(directory, options, made.identity));
  RK_TRY(directory.SyncName());
  RK_ASSIGN_OR_RETURN(made.witness, WitnessFile::Begin(directory.witness_path(), made.identity.store_id,
                                                       made.engine->position(), options.keys.get()));
  RK_TRY(directory.WriteIdentity(made.identity));
  return made;
}

/// The logs are read again only if any may be missing, end too early or be damaged.
LostBefore ExamineLogs(const std::filesystem::path& path, const engine::RocksDbOptions& options,
                       const Testimony& testimony, const engine::RocksDbPosition& found, RecoveryReport* report) {
  const bool whole = found.logs_are_whole && engine::FindLostLogs(path, engine::ReadLogList(path)).empty();
  if (whole && found.gaps.empty()) return {};
  return AddLostBefore(engine::SurveyLogsOfRocksDb(path, options).losses, testimony, found, report);
}

/// What is said of an engine that RocksDB does not open: it does not say which log is damaged.
Status WithDamagedLogs(Status refusal, const std::filesystem::path& path, const engine::RocksDbOptions& options) {
  if (refusal.code() != StatusCode::kCorruption) return refusal;
  std::string words;
  for (const engine::LogLoss& loss : engine::SurveyLogsOfRocksDb(path, options).losses) {
    if (loss.kind == engine::LogLoss::Kind::kDamaged) words += (words.empty() ? "" : "; ") + engine::WordsFor(loss);
  }
  if (words.empty()) return refusal;
  return {
      StatusCode::kCorruption,
      path.string() + ": " + words + ". Restore the store, or copy what can be read (rookery salvage STORE NEW_STORE)"};
}

/// However it is opened: RocksDB would remove all tables that what is left of it does not name.
Status ManifestIsLost(const StoreDirectory& directory, const std::string& how) {
  return {
      StatusCode::kCorruption,
      directory.engine_path().string() + ": " + how +
          ". Put it back (rookery doctor STORE --fix), restore the store, or copy what can be read (rookery salvage "
          "STORE NEW_STORE)"};
}

/// Whether a store with this catalog can be opened as the caller wants it, tried on a copy of it in memory. So what is
/// refused is refused before RocksDB is let in, which would give up what is lost, and before there is another witness.
Status TryCatalog(const std::filesystem::path& path, PlannedOptions options, const Identity& identity,
                  const engine::RocksDbPosition& found) {
  Found copy{.identity = identity, .engine = engine::NewMemoryEngine()};
  RK_TRY(copy.engine->CreateKeyspaces(found.keyspaces));
  if (const auto catalog = copy.engine->FindKeyspace(codec::kCatalogKeyspace)) {
    const auto batch = copy.engine->NewBatch();
    for (const auto& [key, value] : found.rows) batch->Put(*catalog, key, value);
    RK_TRY(copy.engine->Write(*batch, /*sync=*/false));
  }
  options.mode = OpenMode::kReadOnly;
  options.cell = nullptr;
  options.cache.capacity = 0;
  options.retention_interval = std::chrono::milliseconds{0};
  options.resume_reshard = false;
  options.autopilot = std::nullopt;
  options.on_failure = nullptr;
  options.logger = nullptr;
  const std::shared_ptr<const Clock> clock = options.clock ? options.clock : base::NewSystemClock();
  return OpenImpl(path, options, std::move(copy), clock).status();
}

/// Whether the store has all that its witness says, before RocksDB is let in, which would tidy up.
Result<RecoveryReport> Examine(const StoreDirectory& directory, const PlannedOptions& options,
                               const Identity& identity) {
  const auto testimony = WitnessFile::Read(directory.witness_path(), identity.store_id, options.keys.get());
  const bool machine_went_down = testimony && !testimony->closed && !testimony->same_boot;
  const std::string lost_manifest =
      engine::FindManifestLoss(directory.engine_path(), options.keys.get(), machine_went_down);
  if (!lost_manifest.empty()) return ManifestIsLost(directory, lost_manifest);
  if (!testimony && options.recovery != Recovery::kSalvage) return testimony.error();
  const engine::RocksDbOptions engine =
      EngineOptions(options, engine::RocksDbOptions::Mode::kReadOnly, machine_went_down);
  const auto found = engine::FindRocksDbPosition(directory.engine_path(), engine, codec::kCatalogKeyspace);
  if (!found) return WithDamagedLogs(found.error(), directory.engine_path(), engine);
  RecoveryReport report = testimony ? Compare(*testimony, found->position) : RecoveryReport{.closed = false};
  const LostBefore before =
      ExamineLogs(directory.engine_path(), engine, testimony ? *testimony : Testimony(), *found, &report);
  if (before.is_in_no_lost_log && !found->unnamed_table.empty()) {
    return ManifestIsLost(directory,
                          before.words + ", but " + found->unnamed_table + " is there: it is an older MANIFEST");
  }
  Status may_open = CheckMayOpen(report, options.recovery);
  if (!may_open.ok()) return before.words.empty() ? may_open : std::move(may_open).WithContext(before.words);
  report.salvaged =
      options.recovery == Recovery::kSalvage && (!testimony || !CheckMayOpen(report, Recovery::kTail).ok());
  report.runs_complete = report.runs_complete && testimony.has_value();
  if (options.mode != OpenMode::kReadOnly) RK_TRY(TryCatalog(directory.path(), options, identity, *found));
  if (report.lost > 0 && options.logger) {
    options.logger->Log(LogLevel::kWarning, "open",
                        (before.words.empty() ? "" : before.words + ": ") + report.Summary());
  }
  return report;
}

/// New files are encrypted with another key than ROOKERY names: from now on it names that.
Status TellNewestKey(const StoreDirectory& directory, const crypto::KeyRing* keys, Identity* identity) {
  if (keys == nullptr || identity->key_id == crypto::ToHex(keys->newest_id())) return {};
  identity->key_id = crypto::ToHex(keys->newest_id());
  return directory.WriteIdentity(*identity);
}

Result<Found> OpenExisting(const StoreDirectory& directory, PlannedOptions options) {
  const bool read_only = options.mode == OpenMode::kReadOnly;
  Found found;
  RK_ASSIGN_OR_RETURN(found.identity, directory.ReadIdentity());
  RK_TRY(CheckMark(found.identity, directory.path(), options));
  RK_ASSIGN_OR_RETURN(options.keys, KeysOfStore(directory, found.identity, options.encryption));
  RK_ASSIGN_OR_RETURN(found.recovery, Examine(directory, options, found.identity));
  const auto mode = read_only ? engine::RocksDbOptions::Mode::kReadOnly : engine::RocksDbOptions::Mode::kOpen;
  RK_ASSIGN_OR_RETURN(found.engine,
                      engine::OpenRocksDbEngine(directory.engine_path(),
                                                EngineOptions(options, mode, found.recovery.machine_went_down)));
  if (read_only) return found;
  RK_TRY(TellNewestKey(directory, options.keys.get(), &found.identity));
  RK_ASSIGN_OR_RETURN(found.witness, WitnessFile::Begin(directory.witness_path(), found.identity.store_id,
                                                        found.engine->position(), options.keys.get()));
  return found;
}

/// Whether to create is asked twice: what is seen before the lock is held can be somebody else's store a moment later.
Result<OpenedStore> OpenOnDisk(const std::filesystem::path& given, const PlannedOptions& options,
                               std::shared_ptr<const Clock> clock) {
  // The process may go elsewhere, and files are found by their names.
  std::error_code error;
  const std::filesystem::path path = given.empty() ? given : std::filesystem::absolute(given, error);
  if (error) return SystemError(error.value(), "cannot tell the working directory, which is a part of", given);
  const bool read_only = options.mode == OpenMode::kReadOnly;
  const auto engine_mode = read_only ? engine::RocksDbOptions::Mode::kReadOnly : engine::RocksDbOptions::Mode::kOpen;
  RK_TRY(engine::CheckRocksDbOptions(EngineOptions(options, engine_mode)));
  const StoreDirectory directory(path);
  RK_ASSIGN_OR_RETURN(const Content seen, directory.Look());
  // Whether a creation is under way is what only the lock can tell.
  if (seen != Content::kLock && seen != Content::kBegun) RK_TRY(MustCreate(given, seen, options.mode).status());

  std::optional<LockFile> lock;  // outlives the creation that it protects
  Creation creation(directory);
  if (seen == Content::kNothing) RK_TRY(directory.Make(&creation.made));
  RK_ASSIGN_OR_RETURN(
      lock, LockFile::Acquire(directory.lock_path(), read_only ? LockFile::Mode::kShared : LockFile::Mode::kExclusive));
  creation.made.lock = lock->made_file() || creation.made.directory;

  RK_ASSIGN_OR_RETURN(const Content content, directory.Look());
  RK_ASSIGN_OR_RETURN(const bool create, MustCreate(given, content, options.mode));
  Found found;
  if (create) {
    RK_ASSIGN_OR_RETURN(found, CreateOnDisk(directory, options, *clock, &creation));
    creation.Keep();
  } else {
    creation.Keep();
    RK_ASSIGN_OR_RETURN(found, OpenExisting(directory, options));
  }
  RK_ASSIGN_OR_RETURN(std::shared_ptr<store::StoreImpl> impl, OpenImpl(path, options, std::move(found), clock));
  OpenedStore opened{.lock = std::move(lock), .impl = std::move(impl), .publish = std::nullopt};
  if (!read_only && options.stats_interval.count() > 0) {
    opened.publish = StatsPublisher::Config{.path = directory.stats_path(),
                                            .interval = options.stats_interval,
                                            .tells_names = !options.encryption,
                                            .read = {},
                                            .clock = std::move(clock),
                                            .logger = options.logger};
  }
  return opened;
}

}  // namespace

engine::RocksDbOptions EngineOptionsOf(const StoreOptions& options, engine::RocksDbOptions::Mode mode,
                                       std::shared_ptr<const crypto::KeyRing> keys) {
  PlannedOptions planned = WithMemory(options, nullptr);
  planned.keys = std::move(keys);
  return EngineOptions(planned, mode);
}

Result<std::shared_ptr<store::StoreImpl>> OpenForExamination(const std::filesystem::path& path,
                                                             const std::filesystem::path& engine_path,
                                                             const Identity& identity, const StoreOptions& given,
                                                             std::shared_ptr<const crypto::KeyRing> keys) {
  PlannedOptions options = WithMemory(given, nullptr);
  options.keys = std::move(keys);
  options.mode = OpenMode::kReadOnly;
  Found found{.identity = identity, .engine = nullptr};
  RK_ASSIGN_OR_RETURN(found.engine, engine::OpenRocksDbEngine(
                                        engine_path, EngineOptions(options, engine::RocksDbOptions::Mode::kReadOnly)));
  RK_ASSIGN_OR_RETURN(std::shared_ptr<store::StoreImpl> impl,
                      OpenImpl(path, options, std::move(found), base::NewSystemClock()));
  return impl;
}

Result<std::shared_ptr<store::StoreImpl>> OpenCopy(const StoreCopy& copy, const StoreOptions& given,
                                                   const CellOf* cell) {
  RK_TRY(given.Validate());
  PlannedOptions options = WithMemory(given, cell);
  options.mode = OpenMode::kReadOnly;
  const StoreDirectory directory(copy.directory);
  Found found;
  RK_ASSIGN_OR_RETURN(found.identity, directory.ReadIdentity());
  RK_TRY(CheckMark(found.identity, copy.store, options));
  RK_ASSIGN_OR_RETURN(options.keys, KeysOfStore(directory, found.identity, options.encryption));
  RK_ASSIGN_OR_RETURN(found.engine,
                      engine::OpenRocksDbEngine(directory.engine_path(),
                                                EngineOptions(options, engine::RocksDbOptions::Mode::kReadOnly)));
  if (const std::uint64_t position = found.engine->position(); position != copy.position) {
    return Status(StatusCode::kCorruption, copy.directory.string() + " is at position " + std::to_string(position) +
                                               ", and was copied at " + std::to_string(copy.position));
  }
  RK_ASSIGN_OR_RETURN(
      std::shared_ptr<store::StoreImpl> impl,
      OpenImpl(copy.store, options, std::move(found), options.clock ? options.clock : base::NewSystemClock()));
  return impl;
}

Result<OpenedStore> OpenStore(const std::filesystem::path& path, const StoreOptions& given, const CellOf* cell) {
  RK_TRY(given.Validate());
  const PlannedOptions options = WithMemory(given, cell);
  std::shared_ptr<const Clock> clock = options.clock ? options.clock : base::NewSystemClock();
  if (options.engine == EngineKind::kMemory) return OpenInMemory(path, options, std::move(clock));
  return OpenOnDisk(path, options, std::move(clock));
}

}  // namespace rookery::assembly
