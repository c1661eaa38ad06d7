#include "store/store_impl.h"

#include <utility>

#include "base/macros.h"
#include "base/text.h"
#include "store/buckets/bucket_rebuild.h"
#include "store/limits.h"
#include "store/reshard/job_routes.h"
#include "store/verifier.h"

namespace rookery::store {
Status InitializeStore(engine::Engine* engine, const codec::StoreIdentity& identity, const StoreOptions& options) {
  const Routing routing = options.routing.value_or(Routing{HashRouting{}});
  const routing::ShardMap map = routing::MakeShardMap(routing);
  std::vector<std::string> names{std::string(codec::kCatalogKeyspace)};
  for (std::uint32_t shard = 0; shard < map.shards; ++shard) names.push_back(base::ShardName(ShardId{shard}));
  RK_TRY(engine->CreateKeyspaces(names));
  std::vector<std::pair<std::string, ShardId>> entries;
  if (const auto* directory = std::get_if<DirectoryRouting>(&routing)) entries = directory->entries;
  return Catalog(engine, *engine->FindKeyspace(codec::kCatalogKeyspace))
      .Initialize(identity, map, entries, options.bucket_width);
}

StoreImpl::StoreImpl(StoreParts parts)
    : recovery_(std::move(parts.recovery)),
      info_(std::move(parts.info)),
      logger_(parts.options.logger),
      enforces_retention_(parts.enforces_retention) {
  context_.engine = std::move(parts.engine);
  context_.gate = std::make_unique<WriteGate>(context_.engine.get(), parts.options.write_timeout, parts.options.logger);
  context_.witness = std::move(parts.witness);
  context_.on_failure = parts.options.on_failure;
  context_.clock = std::move(parts.clock);
  context_.epoch = info_.epoch;
  context_.limits = parts.options.limits;
  context_.durability = parts.options.durability;
  context_.read_only = parts.options.mode == OpenMode::kReadOnly;
  context_.quota_bytes = parts.quota_bytes;
  context_.admission = parts.admission != nullptr ? std::move(parts.admission)
                                                  : Admission::New(parts.options.admission, parts.options.clock);
  context_.memory = DivideMemory(WishesOf(parts.options));
  parts.options.cache.capacity = context_.memory.message_cache;
  if (context_.memory.message_cache > 0) {
    // A clock that was given is a test's or a simulation's: entries expire by it. Else by one that never steps.
    context_.cache = std::make_unique<ReadCache>(parts.options.cache, parts.options.clock, context_.epoch);
  }
}

StoreImpl::~StoreImpl() {
  const Status status = Close();
  if (!status.ok() && logger_) logger_->Log(LogLevel::kError, "store", "closing failed: " + status.ToString());
}

Result<std::unique_ptr<StoreImpl>> StoreImpl::Open(StoreParts parts) {
  const StoreOptions options = parts.options;
  const codec::StoreIdentity identity{parts.info.format_version, parts.info.store_id};
  std::unique_ptr<StoreImpl> store(new StoreImpl(std::move(parts)));
  RK_TRY(store->Load(options, identity));
  return store;
}

Status StoreImpl::Load(const StoreOptions& options, const codec::StoreIdentity& identity) {
  const auto catalog_keyspace = context_.engine->FindKeyspace(codec::kCatalogKeyspace);
  if (!catalog_keyspace) {
    return {StatusCode::kCorruption, "the store has no catalog; restore it from a copy"};
  }
  catalog_.emplace(context_.engine.get(), *catalog_keyspace);
  RK_ASSIGN_OR_RETURN(const codec::StoreIdentity stored, catalog_->ReadIdentity());
  if (stored.store_id != identity.store_id) {
    return {StatusCode::kCorruption, "the identity file says store " + identity.store_id + ", the catalog says " +
                                         stored.store_id + "; pieces of two stores were mixed"};
  }
  RK_ASSIGN_OR_RETURN(const routing::ShardMap map, catalog_->ReadShardMap());
  if (options.routing) RK_TRY(routing::CheckSameRouting(map, *options.routing));
  context_.catalog = *catalog_keyspace;
  RK_ASSIGN_OR_RETURN(const auto job, catalog_->ReadReshardJob());
  RK_TRY(LoadRoutes(&context_, *catalog_, map, job));
  if (options.routing) RK_TRY(routing::CheckSameEntries(context_.routes.current(), *options.routing));

  RK_ASSIGN_OR_RETURN(const auto horizon, catalog_->ReadIdHorizon());
  RK_ASSIGN_OR_RETURN(const auto highest_supplied, catalog_->ReadHighestSuppliedId());
  IdOptions ids = options.ids;
  ids.epoch = context_.epoch;
  context_.ids = std::make_unique<codec::IdGenerator>(ids, context_.clock, horizon);
  committer_.emplace(&context_);
  context_.engine->NotifyOfFailures([this](Status cause) { static_cast<void>(committer_->Poison(std::move(cause))); });
  growing_rows_.emplace(&context_, &*catalog_, &*committer_, highest_supplied);
  keeper_.emplace(&context_, &*committer_);
  RK_ASSIGN_OR_RETURN(const auto width, catalog_->ReadBucketWidth());
  if (!map.spreads.empty() && width && *width != map.bucket_width) {
    return {StatusCode::kCorruption,
            "the shard map and the catalog name different bucket widths; restore the store from a copy"};
  }
  const auto wanted_width = map.spreads.empty() ? std::chrono::milliseconds(options.bucket_width) : map.bucket_width;
  context_.buckets = std::make_unique<BucketMap>(
      context_.engine.get(), &context_.routes, BucketRule(width.value_or(wanted_width)),
      context_.read_only ? BucketMap::Marks::kForeign : BucketMap::Marks::kOwn, context_.memory.bucket_map);
  resharder_.emplace(&context_, &*catalog_, &*committer_, &*keeper_, logger_);
  RK_TRY(resharder_->Load(job));
  autopilot_.emplace(&context_, &*catalog_, &*committer_, &*resharder_, logger_);
  RK_TRY(autopilot_->Load());
  RK_TRY(RecoverBuckets(width.has_value()));
  retention_.emplace(&context_, &*catalog_, &*committer_, &*keeper_);
  RK_TRY(retention_->Load());
  retention_worker_.emplace(&*retention_, RetentionWorker::Config{.interval = options.retention_interval,
                                                                  .rate = options.retention_rate,
                                                                  .clock = context_.clock,
                                                                  .logger = logger_});
  posts_.emplace(&context_, &*catalog_, &*committer_, &*growing_rows_, &*keeper_, highest_supplied);
  messages_.emplace(&context_, &*committer_, &*keeper_);
  records_.emplace(&context_, &*catalog_, &*committer_, &*growing_rows_);
  attachments_.emplace(&context_, &*catalog_, &*committer_, &*growing_rows_, &messages_->row_locks());
  reads_.emplace(context_);
  if (!context_.read_only) RemoveUnfinishedUploads();

  info_.engine = context_.engine->name();
  info_.worker = options.ids.worker;
  info_.bucket_width = context_.buckets->rule().width();
  // Last: they work with all of the above.
  if (enforces_retention_.load()) StartRetention();
  if (options.resume_reshard) resharder_->Begin();
  if (options.autopilot && !context_.read_only) autopilot_->Start(*options.autopilot);
  return {};
}

Status StoreImpl::RecoverBuckets(bool has_map) {
  if (context_.read_only) {
    context_.buckets->SetComplete(has_map);
    return {};
  }
  if (has_map) {
    // The store is of use without the map; whoever opens it next tries again.
    const Status recovered = keeper_->Recover();
    if (recovered.ok()) return {};
    context_.buckets->GiveUp(recovered);
    if (logger_) logger_->Log(LogLevel::kWarning, "store", "the bucket map cannot be used: " + recovered.ToString());
    return {};
  }
  // A repair was cut short, or the store is older than the map.
  const Status rebuilt = RebuildBuckets(&context_, *catalog_, &*committer_, {}).status();
  // Beside a reshard job it has to wait; the store is of use without the map.
  if (rebuilt.code() != StatusCode::kBusy) return rebuilt;
  context_.buckets->GiveUp(rebuilt);
  return {};
}

void StoreImpl::RemoveUnfinishedUploads() {
  // The store is of use with them; whoever opens it next tries again.
  const Status status = attachments_->RemoveAll();
  if (!status.ok() && logger_) {
    logger_->Log(LogLevel::kWarning, "store", "unfinished uploads cannot be removed: " + status.ToString());
  }
}

Status StoreImpl::Close() {
  RK_TRY(EndAttendants());
  if (closed_.exchange(true)) return {};
  if (retention_worker_) retention_worker_->Stop();
  // What autopilot may be waiting for goes first.
  if (resharder_) resharder_->Stop();
  if (autopilot_) autopilot_->Stop();
  {
    const base::MutexLock lock(mutex_);
    for (const auto& slot : slots_) *slot = {};
    slots_.clear();
  }
  Status status;
  if (keeper_ && committer_->CheckWritable().ok()) {
    keeper_->CheckpointOnce();
    status = growing_rows_->Finish();
  }
  // Batches belong to the engine.
  posts_.reset();
  messages_.reset();
  attachments_.reset();
  records_.reset();
  reads_.reset();
  growing_rows_.reset();
  retention_worker_.reset();
  retention_.reset();
  autopilot_.reset();
  resharder_.reset();
  keeper_.reset();
  const bool sound = status.ok() && committer_ && committer_->CheckWritable().ok();
  context_.engine->NotifyOfFailures(nullptr);
  committer_.reset();
  const std::uint64_t position = context_.engine->position();
  Status closed = context_.engine->Close();
  context_.engine.reset();
  // Of a store in which a write failed, the next opening is to look at what is there.
  if (closed.ok() && sound && context_.witness) closed = context_.witness->End(position);
  return status.ok() ? closed : status;
}

void StoreImpl::Attach(const std::shared_ptr<Attendant>& attendant) {
  const base::MutexLock lock(mutex_);
  std::erase_if(attendants_, [](const auto& one) { return one.expired(); });
  attendants_.push_back(attendant);
}

Status StoreImpl::MayClose() const {
  for (const auto& attendant : Attendants()) RK_TRY(attendant->MayClose());
  return {};
}

Status StoreImpl::EndAttendants() {
  // What is ended does not come back: a call that one of them refuses is to end none.
  RK_TRY(MayClose());
  for (const auto& attendant : Attendants()) RK_TRY(attendant->BeforeClose());
  return {};
}

Status StoreImpl::DrainAttendants(std::chrono::milliseconds timeout) const {
  for (const auto& attendant : Attendants()) RK_TRY(attendant->Drain(timeout));
  return {};
}

std::vector<std::shared_ptr<Attendant>> StoreImpl::Attendants() const {
  std::vector<std::shared_ptr<Attendant>> attendants;
  const base::MutexLock lock(mutex_);
  for (const auto& one : attendants_) {
    if (auto attendant = one.lock()) attendants.push_back(std::move(attendant));
  }
  return attendants;
}

StoreInfo StoreImpl::info() const {
  StoreInfo info = info_;
  const routing::ShardMap& map = context_.routes->map();
  info.strategy = map.strategy();
  info.shard_map_epoch = map.epoch;
  info.shards = map.shards;
  return info;
}

StoreStats StoreImpl::Stats() const {
  StoreStats stats;
  for (std::uint32_t shard = 0; shard < context_.routes->map().shards; ++shard) {
    const engine::KeyspaceSize size = context_.engine->SizeOf(context_.KeyspaceOf(ShardId{shard}));
    stats.shards.push_back(
        {ShardId{shard}, base::ShardName(ShardId{shard}), size.estimated_rows, size.disk_bytes, size.memory_bytes});
  }
  const engine::EngineSize size = context_.engine->Size();
  stats.disk_bytes = size.disk_bytes;
  stats.wal_bytes = size.wal_bytes;
  stats.block_cache_bytes = size.block_cache_bytes;
  stats.memtable_bytes = size.memtable_bytes;
  stats.counters = context_.counters.Read();
  stats.retention = retention_->Stats();
  stats.retention.paused_reason = retention_worker_->paused_reason();
  stats.ids = context_.ids->stats();
  if (context_.cache) stats.cache = context_.cache->Stats();
  stats.stall = Stall();
  if (context_.admission) stats.admission = context_.admission->Stats();
  stats.memory = Memory(size, stats.cache);
  stats.unavailable_reason = committer_->unavailable_reason();
  return stats;
}

std::vector<MemoryPart> StoreImpl::Memory(const engine::EngineSize& size, const CacheStats& cache) const {
  std::uint64_t mailboxes = 0;
  for (const auto& attendant : Attendants()) mailboxes += attendant->memory_bytes();
  std::uint64_t loaders = 0;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& slot : slots_) loaders += slot->work ? slot->work->memory_bytes() : 0;
  }
  return {{"block_cache", context_.memory.block_cache, size.block_cache_bytes},
          {"memtables", context_.memory.memtables, size.memtable_bytes},
          {"message_cache", cache.capacity_bytes, cache.used_bytes},
          {"mailboxes", context_.memory.mailboxes, mailboxes},
          {"loaders", context_.memory.loaders, loaders},
          {"bucket_map", context_.memory.bucket_map, context_.buckets->memory_bytes()}};
}

StallStats StoreImpl::Stall() const {
  engine::StallReport report = context_.engine->Stall();
  const WriteGate::Counts counts = context_.gate->counts();
  return {.state = report.state,
          .shard = std::move(report.keyspace),
          .reason = std::move(report.reason),
          .since = report.state == StallState::kNone ? Timestamp{} : context_.clock->Now() - report.lasting,
          .delayed_time = report.delayed,
          .stopped_time = report.stopped,
          .writes_waited = counts.waited,
          .writes_refused = counts.refused};
}

Result<RouteExplanation> StoreImpl::Explain(std::string_view channel) const {
  RK_TRY(CheckChannel(channel));
  return context_.routes->Explain(channel);
}

Status StoreImpl::SetCacheCapacity(std::size_t bytes) {
  if (context_.cache == nullptr) {
    return {StatusCode::kInvalidArgument, "the store was opened without a read cache; open it with one"};
  }
  if (bytes < kMinCacheCapacity) return {StatusCode::kInvalidArgument, "a read cache needs at least 1 MiB"};
  context_.cache->core().SetCapacity(bytes);
  return {};
}

Status StoreImpl::Sync() {
  RK_TRY(committer_->CheckWritable());
  return committer_->Sync();
}

Status StoreImpl::Compact() {
  RK_TRY(committer_->CheckWritable());
  return context_.engine->Compact();
}

Result<VerifyReport> StoreImpl::Verify(const VerifyOptions& options) {
  // Rows that are behind cannot be compared; what is written from here on stays so.
  if (committer_->CheckWritable().ok()) RK_TRY(keeper_->Checkpoint());
  return VerifyStore(context_, options);
}

Result<RepairReport> StoreImpl::Repair(const RepairOptions& options) {
  RK_TRY(committer_->CheckWritable());
  return RebuildBuckets(&context_, *catalog_, &*committer_, options);
}

Status StoreImpl::SetRetention(const RetentionRule& rule) {
  RK_TRY(committer_->CheckWritable());
  RK_TRY(retention_->SetRule(rule));
  if (enforces_retention_.load()) StartRetention();
  return {};
}

void StoreImpl::StartRetention() {
  enforces_retention_.store(true);
  if (!context_.read_only && retention_->has_rules()) retention_worker_->Start();
}

Result<RetentionReport> StoreImpl::RunRetention(const RetentionOptions& options) {
  if (!options.dry_run) RK_TRY(committer_->CheckWritable());
  return retention_->Run(options, [this](auto time) { return retention_worker_->Wait(time); });
}

Result<ChannelSize> StoreImpl::SizeOf(std::string_view channel) {
  RK_TRY(CheckChannel(channel));
  RK_ASSIGN_OR_RETURN(const Tally tally, keeper_->Count(channel));
  return ChannelSize{.messages = tally.live, .bytes = tally.bytes};
}

std::shared_ptr<StoreImpl::Slot> StoreImpl::NewSnapshot() { return Register({.snapshot = context_.NewSnapshot()}); }

std::shared_ptr<StoreImpl::Slot> StoreImpl::Hold(std::unique_ptr<Work> work) {
  return Register({.work = std::move(work)});
}

Result<std::shared_ptr<StoreImpl::Slot>> StoreImpl::NewScan(const ScanQuery& query,
                                                            std::shared_ptr<const engine::Snapshot> snapshot) {
  RK_ASSIGN_OR_RETURN(auto scanner, Scanner::New(context_, query, std::move(snapshot)));
  return Register({.scanner = std::move(scanner)});
}

Result<std::shared_ptr<StoreImpl::Slot>> StoreImpl::OpenAttachment(std::string_view channel, MessageId id,
                                                                   std::string_view name,
                                                                   std::shared_ptr<const engine::Snapshot> snapshot) {
  RK_ASSIGN_OR_RETURN(auto chunks, ChunkReader::Open(context_, channel, id, name, std::move(snapshot)));
  if (chunks == nullptr) return std::shared_ptr<Slot>();
  return Register({.chunks = std::move(chunks)});
}

Result<std::vector<AttachmentInfo>> StoreImpl::ListAttachments(std::string_view channel, MessageId id,
                                                               const engine::Snapshot* snapshot) const {
  RK_TRY(CheckChannel(channel));
  RK_TRY(CheckMessageId(id, "id"));
  std::vector<AttachmentInfo> infos;
  using Stored = std::vector<StoredAttachment>;
  RK_ASSIGN_OR_RETURN(Stored stored, context_.routes.Read(snapshot, [&](const routing::Router& router) {
    const auto shard = context_.FindMessage(router, channel, id);
    return shard ? AttachmentRows(context_, *shard, channel, id, snapshot).List() : Result<Stored>(Stored());
  }));
  infos.reserve(stored.size());
  for (StoredAttachment& attachment : stored) infos.push_back(std::move(attachment.info));
  return infos;
}

std::shared_ptr<StoreImpl::Slot> StoreImpl::Register(Slot slot) {
  auto shared = std::make_shared<Slot>(std::move(slot));
  const base::MutexLock lock(mutex_);
  slots_.insert(shared);
  return shared;
}

void StoreImpl::Release(const std::shared_ptr<Slot>& slot) {
  const base::MutexLock lock(mutex_);
  slots_.erase(slot);
  *slot = {};
}

}  // namespace rookery::store
