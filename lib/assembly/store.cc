// The handles that applications hold: Store and Snapshot pass every call on, or answer kClosed.

#include "rookery/store.h"

#include <utility>

#include "assembly/attachment_handles.h"
#include "assembly/bulk_loader_state.h"
#include "assembly/held.h"
#include "assembly/open.h"
#include "base/macros.h"
#include "ingest/ingestor_state.h"
#include "store/channel_lister.h"

namespace rookery {
namespace {

Status Closed() { return {StatusCode::kClosed, "the store is closed; open it again"}; }

}  // namespace

struct Store::State {
  std::optional<assembly::LockFile> lock;
  std::shared_ptr<store::StoreImpl> impl;  // shared with snapshots
  std::unique_ptr<assembly::StatsPublisher> publisher;
};

struct Snapshot::State : assembly::Held {
  using Held::Held;
};

struct Scan::State : assembly::Held {
  using Held::Held;
};

// Every call begins with this: `impl` is the open store, or the caller is told that it is closed.
#define RK_OPEN_IMPL(impl)                                \
  if (!state_ || state_->impl->closed()) return Closed(); \
  store::StoreImpl& impl = *state_->impl  // NOLINT(bugprone-macro-parentheses)

// --- Store ---------------------------------------------------------------------------------------------------------

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;

Store& Store::operator=(Store&& other) noexcept {
  if (this != &other) {
    if (state_) static_cast<void>(Close());
    state_ = std::move(other.state_);
  }
  return *this;
}

Store::~Store() {
  // StoreImpl::Close logs what goes wrong; a destructor has nobody to tell.
  if (state_) static_cast<void>(Close());
}

Result<Store> Store::Open(const std::filesystem::path& path, const StoreOptions& options) {
  RK_ASSIGN_OR_RETURN(assembly::OpenedStore opened, assembly::OpenStore(path, options));
  return Store(
      std::make_unique<State>(State{std::move(opened.lock), std::move(opened.impl), std::move(opened.publisher)}));
}

Status Store::Close() {
  if (!state_) return {};
  RK_TRY(state_->impl->EndAttendants());
  if (state_->publisher) state_->publisher->Stop();
  Status status = state_->impl->Close();
  state_->lock.reset();
  return status;
}

Result<MessageId> Store::Post(const NewMessage& message, const WriteOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.posts().Post(message, options);
}

Result<std::vector<Posted>> Store::PostBatch(std::span<const NewMessage> messages, const BatchOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.posts().PostBatch(messages, options);
}

Result<rookery::Ingestor> Store::Ingestor(const IngestOptions& options) {
  if (!state_ || state_->impl->closed()) return Closed();
  RK_ASSIGN_OR_RETURN(auto pump, ingest::Pump::Start(state_->impl, options));
  return rookery::Ingestor(std::make_unique<rookery::Ingestor::State>(rookery::Ingestor::State{std::move(pump)}));
}

Result<rookery::BulkLoader> Store::BulkLoader(const BulkOptions& options) {
  RK_OPEN_IMPL(impl);
  RK_ASSIGN_OR_RETURN(auto load, store::bulk::BulkLoad::Start(&impl, options));
  return rookery::BulkLoader(std::make_unique<rookery::BulkLoader::State>(
      rookery::BulkLoader::State{state_->impl, impl.Hold(std::move(load)), options.id_collision, {}}));
}

Result<Version> Store::Edit(std::string_view channel, MessageId id, const MessageEdit& edit,
                            const WriteOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.messages().Edit(channel, id, edit, options);
}

Result<bool> Store::Delete(std::string_view channel, MessageId id, const DeleteOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.messages().Delete(channel, id, options);
}

Result<Version> Store::Put(std::string_view channel, std::string_view key, std::string_view value,
                           const PutOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.records().Put(channel, key, value, options);
}

Result<bool> Store::DeleteRecord(std::string_view channel, std::string_view key, const DeleteOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.records().Delete(channel, key, options);
}

Result<std::optional<Message>> Store::Get(std::string_view channel, MessageId id, const ReadOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().Get(channel, id, nullptr, options);
}

Result<std::vector<std::optional<Message>>> Store::GetMany(std::span<const MessageKey> keys,
                                                           const ReadOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().GetMany(keys, nullptr, options);
}

Result<Page> Store::History(std::string_view channel, const HistoryQuery& query, const ReadOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().History(channel, query, nullptr, options);
}

Result<std::optional<Record>> Store::GetRecord(std::string_view channel, std::string_view key) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().GetRecord(channel, key, nullptr);
}

Result<RecordPage> Store::ListRecords(std::string_view channel, const RecordQuery& query) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().ListRecords(channel, query, nullptr);
}

Result<AttachmentWriter> Store::PutAttachment(std::string_view channel, MessageId id, std::string_view name,
                                              const AttachmentOptions& options) {
  RK_OPEN_IMPL(impl);
  RK_ASSIGN_OR_RETURN(auto upload, store::Upload::Begin(&impl.attachments(), channel, id, name, options));
  return AttachmentWriter(
      std::make_unique<AttachmentWriter::State>(AttachmentWriter::State{state_->impl, std::move(upload)}));
}

Result<std::optional<AttachmentReader>> Store::GetAttachment(std::string_view channel, MessageId id,
                                                             std::string_view name) const {
  RK_OPEN_IMPL(impl);
  RK_ASSIGN_OR_RETURN(auto slot, impl.OpenAttachment(channel, id, name, nullptr));
  if (slot == nullptr) return std::optional<AttachmentReader>();
  return std::optional(AttachmentReader(std::make_unique<AttachmentReader::State>(state_->impl, std::move(slot))));
}

Result<std::vector<AttachmentInfo>> Store::ListAttachments(std::string_view channel, MessageId id) const {
  RK_OPEN_IMPL(impl);
  return impl.ListAttachments(channel, id, nullptr);
}

Result<bool> Store::DeleteAttachment(std::string_view channel, MessageId id, std::string_view name,
                                     const WriteOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.attachments().Delete(channel, id, name, options);
}

Result<ChannelPage> Store::Channels(const ChannelQuery& query) const {
  RK_OPEN_IMPL(impl);
  return store::ListChannels(impl.context(), query, nullptr);
}

Result<Scan> Store::StartScan(const ScanQuery& query) const {
  RK_OPEN_IMPL(impl);
  RK_ASSIGN_OR_RETURN(auto slot, impl.NewScan(query, nullptr));
  return Scan(std::make_unique<Scan::State>(state_->impl, std::move(slot)));
}

Result<Snapshot> Store::TakeSnapshot() const {
  RK_OPEN_IMPL(impl);
  return Snapshot(std::make_unique<Snapshot::State>(state_->impl, impl.NewSnapshot()));
}

Result<RouteExplanation> Store::Explain(std::string_view channel) const {
  RK_OPEN_IMPL(impl);
  return impl.Explain(channel);
}

Result<StoreStats> Store::Stats() const {
  RK_OPEN_IMPL(impl);
  return impl.Stats();
}

Result<StoreInfo> Store::Info() const {
  RK_OPEN_IMPL(impl);
  return impl.info();
}

Result<VerifyReport> Store::Verify(const VerifyOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.Verify(options);
}

Result<RepairReport> Store::Repair(const RepairOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.Repair(options);
}

Status Store::SetRetention(const RetentionRule& rule) {
  RK_OPEN_IMPL(impl);
  return impl.SetRetention(rule);
}

Result<std::vector<RetentionRule>> Store::Retention() const {
  RK_OPEN_IMPL(impl);
  return impl.retention().Rules();
}

Result<RetentionReport> Store::RunRetention(const RetentionOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.RunRetention(options);
}

Result<ReshardPlan> Store::PlanReshard(const ReshardRequest& request) const {
  RK_OPEN_IMPL(impl);
  return impl.resharder().Plan(request);
}

Result<ReshardPlan> Store::StartReshard(const ReshardRequest& request, const ReshardOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.resharder().Start(request, options);
}

Result<std::optional<ReshardStatus>> Store::Reshard() const {
  RK_OPEN_IMPL(impl);
  return impl.resharder().status();
}

Status Store::PauseReshard() {
  RK_OPEN_IMPL(impl);
  return impl.resharder().PauseJob();
}

Status Store::ResumeReshard() {
  RK_OPEN_IMPL(impl);
  return impl.resharder().ResumeJob();
}

Status Store::RevertReshard() {
  RK_OPEN_IMPL(impl);
  return impl.resharder().RevertJob();
}

Status Store::AwaitReshard(std::chrono::milliseconds timeout) const {
  RK_OPEN_IMPL(impl);
  return impl.resharder().Await(timeout);
}

Result<ReshardProof> Store::VerifyReshard(const std::function<bool(std::uint64_t, std::uint64_t)>& progress) const {
  RK_OPEN_IMPL(impl);
  return impl.resharder().Verify(progress);
}

Result<AutopilotPlan> Store::PlanAutopilot(const AutopilotOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.autopilot().Plan(options);
}

Result<AutopilotPlan> Store::RunAutopilot(const AutopilotOptions& options) {
  RK_OPEN_IMPL(impl);
  return impl.autopilot().Run(options);
}

Result<AutopilotLog> Store::AutopilotLog() const {
  RK_OPEN_IMPL(impl);
  return impl.autopilot().Log();
}

Result<ChannelSize> Store::SizeOf(std::string_view channel) const {
  RK_OPEN_IMPL(impl);
  return impl.SizeOf(channel);
}

Status Store::SetCacheCapacity(std::size_t bytes) {
  RK_OPEN_IMPL(impl);
  return impl.SetCacheCapacity(bytes);
}

Status Store::Sync() {
  RK_OPEN_IMPL(impl);
  return impl.Sync();
}

Status Store::Compact() {
  RK_OPEN_IMPL(impl);
  return impl.Compact();
}

// --- Snapshot ------------------------------------------------------------------------------------------------------

Snapshot::Snapshot(std::unique_ptr<State> state) : state_(std::move(state)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

Result<std::optional<Message>> Snapshot::Get(std::string_view channel, MessageId id, const ReadOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().Get(channel, id, state_->slot->snapshot.get(), options);
}

Result<std::vector<std::optional<Message>>> Snapshot::GetMany(std::span<const MessageKey> keys,
                                                              const ReadOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().GetMany(keys, state_->slot->snapshot.get(), options);
}

Result<Page> Snapshot::History(std::string_view channel, const HistoryQuery& query, const ReadOptions& options) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().History(channel, query, state_->slot->snapshot.get(), options);
}

Result<std::optional<Record>> Snapshot::GetRecord(std::string_view channel, std::string_view key) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().GetRecord(channel, key, state_->slot->snapshot.get());
}

Result<RecordPage> Snapshot::ListRecords(std::string_view channel, const RecordQuery& query) const {
  RK_OPEN_IMPL(impl);
  return impl.reads().ListRecords(channel, query, state_->slot->snapshot.get());
}

Result<std::optional<AttachmentReader>> Snapshot::GetAttachment(std::string_view channel, MessageId id,
                                                                std::string_view name) const {
  RK_OPEN_IMPL(impl);
  RK_ASSIGN_OR_RETURN(auto slot, impl.OpenAttachment(channel, id, name, state_->slot->snapshot));
  if (slot == nullptr) return std::optional<AttachmentReader>();
  return std::optional(AttachmentReader(std::make_unique<AttachmentReader::State>(state_->impl, std::move(slot))));
}

Result<std::vector<AttachmentInfo>> Snapshot::ListAttachments(std::string_view channel, MessageId id) const {
  RK_OPEN_IMPL(impl);
  return impl.ListAttachments(channel, id, state_->slot->snapshot.get());
}

Result<ChannelPage> Snapshot::Channels(const ChannelQuery& query) const {
  RK_OPEN_IMPL(impl);
  return store::ListChannels(impl.context(), query, state_->slot->snapshot.get());
}

Result<Scan> Snapshot::StartScan(const ScanQuery& query) const {
  RK_OPEN_IMPL(impl);
  RK_ASSIGN_OR_RETURN(auto slot, impl.NewScan(query, state_->slot->snapshot));
  return Scan(std::make_unique<Scan::State>(state_->impl, std::move(slot)));
}

Result<std::uint32_t> Snapshot::Shards() const {
  RK_OPEN_IMPL(impl);
  return impl.context().routes.At(state_->slot->snapshot.get()).map().shards;
}

// --- Scan ----------------------------------------------------------------------------------------------------------

Scan::Scan(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scan::Scan(Scan&&) noexcept = default;
Scan& Scan::operator=(Scan&&) noexcept = default;
Scan::~Scan() = default;

Result<bool> Scan::Read(ScanSink* sink) {
  if (!state_ || state_->impl->closed()) return Closed();
  return state_->slot->scanner->Read(sink);
}

#undef RK_OPEN_IMPL

}  // namespace rookery
