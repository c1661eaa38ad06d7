#include "assembly/open.h"

#include <string>
#include <utility>

#include "assembly/store_directory.h"
#include "base/macros.h"
#include "base/system_clock.h"
#include "codec/key_format.h"
#include "engine/memory/memory_engine.h"
#include "engine/rocksdb/rocksdb_engine.h"

namespace rookery::assembly {
namespace {

using Content = StoreDirectory::Content;

engine::RocksDbOptions EngineOptions(const StoreOptions& options, engine::RocksDbOptions::Mode mode) {
  engine::RocksDbOptions result;
  result.mode = mode;
  result.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
  result.profile = options.tuning.profile;
  result.block_cache_bytes = options.tuning.block_cache_bytes;
  result.write_buffer_bytes = options.tuning.write_buffer_bytes;
  result.max_wal_bytes = options.tuning.max_wal_bytes;
  result.overrides = options.tuning.overrides;
  result.logger = options.logger;
  return result;
}

Identity NewIdentity(const StoreOptions& options, const Clock& clock) {
  return {.format = kStoreFormat, .store_id = NewStoreId(), .epoch = options.ids.epoch, .created_at = clock.Now()};
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

Result<std::unique_ptr<store::StoreImpl>> OpenImpl(const std::filesystem::path& path, const StoreOptions& options,
                                                   const Identity& identity, std::shared_ptr<const Clock> clock,
                                                   std::unique_ptr<engine::Engine> engine) {
  return store::StoreImpl::Open(
      {.engine = std::move(engine), .options = options, .info = InfoOf(path, identity), .clock = std::move(clock)});
}

Status InitializeEngine(engine::Engine* engine, const Identity& identity, const StoreOptions& options) {
  return store::InitializeStore(engine, {identity.format, identity.store_id},
                                options.routing.value_or(Routing{HashRouting{}}));
}

Result<OpenedStore> OpenInMemory(const std::filesystem::path& path, const StoreOptions& options,
                                 std::shared_ptr<const Clock> clock) {
  if (options.mode == OpenMode::kOpen) {
    return Status(StatusCode::kNotAStore, "a memory store cannot be opened again: it was forgotten when it was closed");
  }
  auto engine = engine::NewMemoryEngine();
  const Identity identity = NewIdentity(options, *clock);
  RK_TRY(InitializeEngine(engine.get(), identity, options));
  RK_ASSIGN_OR_RETURN(auto impl, OpenImpl(path, options, identity, std::move(clock), std::move(engine)));
  return OpenedStore{std::nullopt, std::move(impl)};
}

/// kNotAStore, kAlreadyExists, or whether to create.
Result<bool> MustCreate(const StoreDirectory& directory, OpenMode mode) {
  RK_ASSIGN_OR_RETURN(const Content content, directory.Look());
  const std::string path = directory.path().string();
  const bool may_create = mode == OpenMode::kCreate || mode == OpenMode::kOpenOrCreate;
  switch (content) {
    case Content::kStore:
      if (mode == OpenMode::kCreate) {
        return Status(StatusCode::kAlreadyExists, path + " is a store already; open it, or choose another path");
      }
      return false;
    case Content::kOther:
      return Status(StatusCode::kNotAStore,
                    path +
                        " is not a store, and not an empty directory; choose another path. If creating a store was "
                        "cut short there, nothing was stored yet: remove it and create the store again");
    case Content::kNothing:
      if (!may_create)
        return Status(StatusCode::kNotAStore, "there is no store at " + path + "; create one there first");
      return true;
  }
  return false;
}

Result<std::unique_ptr<engine::Engine>> CreateOnDisk(const StoreDirectory& directory, const StoreOptions& options,
                                                     const Identity& identity) {
  RK_ASSIGN_OR_RETURN(auto engine,
                      engine::OpenRocksDbEngine(directory.engine_path(),
                                                EngineOptions(options, engine::RocksDbOptions::Mode::kCreate)));
  RK_TRY(InitializeEngine(engine.get(), identity, options));
  RK_TRY(directory.WriteIdentity(identity));
  return engine;
}

Result<OpenedStore> OpenOnDisk(const std::filesystem::path& path, const StoreOptions& options,
                               std::shared_ptr<const Clock> clock) {
  const StoreDirectory directory(path);
  RK_ASSIGN_OR_RETURN(const bool create, MustCreate(directory, options.mode));
  if (create) RK_TRY(directory.Make());
  const bool read_only = options.mode == OpenMode::kReadOnly;
  RK_ASSIGN_OR_RETURN(LockFile lock, LockFile::Acquire(directory.lock_path(), read_only ? LockFile::Mode::kShared
                                                                                        : LockFile::Mode::kExclusive));
  std::unique_ptr<engine::Engine> engine;
  Identity identity;
  if (create) {
    identity = NewIdentity(options, *clock);
    auto created = CreateOnDisk(directory, options, identity);
    if (!created) {
      directory.Unmake();
      return std::move(created).error();
    }
    engine = *std::move(created);
  } else {
    RK_ASSIGN_OR_RETURN(identity, directory.ReadIdentity());
    const auto mode = read_only ? engine::RocksDbOptions::Mode::kReadOnly : engine::RocksDbOptions::Mode::kOpen;
    RK_ASSIGN_OR_RETURN(engine, engine::OpenRocksDbEngine(directory.engine_path(), EngineOptions(options, mode)));
  }
  RK_ASSIGN_OR_RETURN(auto impl, OpenImpl(path, options, identity, std::move(clock), std::move(engine)));
  return OpenedStore{std::move(lock), std::move(impl)};
}

}  // namespace

Result<OpenedStore> OpenStore(const std::filesystem::path& path, const StoreOptions& options) {
  RK_TRY(options.Validate());
  std::shared_ptr<const Clock> clock = options.clock ? options.clock : base::NewSystemClock();
  if (options.engine == EngineKind::kMemory) return OpenInMemory(path, options, std::move(clock));
  return OpenOnDisk(path, options, std::move(clock));
}

}  // namespace rookery::assembly
