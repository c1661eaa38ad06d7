// The handle that applications hold: passes every call on to the cell that it is for, or to all, or answers kClosed.

#include "rookery/store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "assembly/attachment_handles.h"
#include "assembly/bulk_loader_state.h"
#include "assembly/snapshot_state.h"
#include "assembly/store_state.h"
#include "base/macros.h"
#include "cells/cell_ingestor.h"
#include "cells/whole_store.h"
#include "ingest/ingestor_state.h"

namespace rookery {
namespace {

using cells::Access;
using cells::CellPointer;
using cells::ImplPointer;

Status Closed() { return {StatusCode::kClosed, "the store is closed; open it again"}; }

}  // namespace

// Every call begins with this: `cells` are those of the open store, or the caller is told that it is closed.
#define RK_OPEN_CELLS(cells)                              \
  if (!state_ || state_->impl->closed()) return Closed(); \
  cells::CellSet& cells = *state_->cells  // NOLINT(bugprone-macro-parentheses)

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

Status Store::Close() {
  if (!state_) return {};
  RK_TRY(state_->cells->MayClose());
  RK_TRY(state_->impl->EndAttendants());
  if (state_->publisher) state_->publisher->Stop();
  Status of_cells = state_->cells->Close();
  Status status = state_->impl->Close();
  state_->lock.reset();
  return status.ok() ? of_cells : status;
}

Result<MessageId> Store::Post(const NewMessage& message, const WriteOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.Write(message.channel, options.timeout,
                     [&](const ImplPointer& impl, const CellPointer&) { return impl->posts().Post(message, options); });
}

Result<std::vector<Posted>> Store::PostBatch(std::span<const NewMessage> messages, const BatchOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.PostBatch(messages, options);
}

Result<rookery::Ingestor> Store::Ingestor(const IngestOptions& options) {
  if (!state_ || state_->impl->closed()) return Closed();
  RK_ASSIGN_OR_RETURN(auto ingestor, cells::CellIngestor::Start(state_->cells, options));
  return rookery::Ingestor(std::make_unique<rookery::Ingestor::State>(rookery::Ingestor::State{std::move(ingestor)}));
}

Result<rookery::BulkLoader> Store::BulkLoader(const BulkOptions& options) {
  if (!state_ || state_->impl->closed()) return Closed();
  RK_ASSIGN_OR_RETURN(auto loads, cells::CellLoads::Start(state_->cells, options));
  return rookery::BulkLoader(std::make_unique<rookery::BulkLoader::State>(
      rookery::BulkLoader::State{std::move(loads), options.id_collision, {}}));
}

Result<Version> Store::Edit(std::string_view channel, MessageId id, const MessageEdit& edit,
                            const WriteOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.Write(channel, options.timeout, [&](const ImplPointer& impl, const CellPointer&) {
    return impl->messages().Edit(channel, id, edit, options);
  });
}

Result<bool> Store::Delete(std::string_view channel, MessageId id, const DeleteOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.Write(
      channel, options.timeout,
      [&](const ImplPointer& impl, const CellPointer&) { return impl->messages().Delete(channel, id, options); },
      Access::kRemove);
}

Result<Version> Store::Put(std::string_view channel, std::string_view key, std::string_view value,
                           const PutOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.Write(channel, options.timeout, [&](const ImplPointer& impl, const CellPointer&) {
    return impl->records().Put(channel, key, value, options);
  });
}

Result<bool> Store::DeleteRecord(std::string_view channel, std::string_view key, const DeleteOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.Write(
      channel, options.timeout,
      [&](const ImplPointer& impl, const CellPointer&) { return impl->records().Delete(channel, key, options); },
      Access::kRemove);
}

Result<std::optional<Message>> Store::Get(std::string_view channel, MessageId id, const ReadOptions& options) const {
  RK_OPEN_CELLS(cells);
  return cells.Read(channel, [&](const ImplPointer& impl, const CellPointer&) {
    return impl->reads().Get(channel, id, nullptr, options);
  });
}

Result<std::vector<std::optional<Message>>> Store::GetMany(std::span<const MessageKey> keys,
                                                           const ReadOptions& options) const {
  RK_OPEN_CELLS(cells);
  return cells::GetMany(cells, keys, options);
}

Result<Page> Store::History(std::string_view channel, const HistoryQuery& query, const ReadOptions& options) const {
  RK_OPEN_CELLS(cells);
  return cells.Read(channel, [&](const ImplPointer& impl, const CellPointer&) {
    return impl->reads().History(channel, query, nullptr, options);
  });
}

Result<std::optional<Record>> Store::GetRecord(std::string_view channel, std::string_view key) const {
  RK_OPEN_CELLS(cells);
  return cells.Read(channel, [&](const ImplPointer& impl, const CellPointer&) {
    return impl->reads().GetRecord(channel, key, nullptr);
  });
}

Result<RecordPage> Store::ListRecords(std::string_view channel, const RecordQuery& query) const {
  RK_OPEN_CELLS(cells);
  return cells.Read(channel, [&](const ImplPointer& impl, const CellPointer&) {
    return impl->reads().ListRecords(channel, query, nullptr);
  });
}

Result<AttachmentWriter> Store::PutAttachment(std::string_view channel, MessageId id, std::string_view name,
                                              const AttachmentOptions& options) {
  RK_OPEN_CELLS(cells);
  const auto begin = [&](const ImplPointer& impl, const CellPointer& cell) -> Result<AttachmentWriter> {
    RK_ASSIGN_OR_RETURN(auto upload, store::Upload::Begin(&impl->attachments(), channel, id, name, options));
    return AttachmentWriter(std::make_unique<AttachmentWriter::State>(
        AttachmentWriter::State{state_->cells, cell, impl, std::string(channel), std::move(upload)}));
  };
  return cells.Write(channel, {}, begin);
}

Result<std::optional<AttachmentReader>> Store::GetAttachment(std::string_view channel, MessageId id,
                                                             std::string_view name) const {
  RK_OPEN_CELLS(cells);
  const auto open = [&](const ImplPointer& impl, const CellPointer& cell) -> Result<std::optional<AttachmentReader>> {
    RK_ASSIGN_OR_RETURN(auto slot, impl->OpenAttachment(channel, id, name, nullptr));
    if (slot == nullptr) return std::optional<AttachmentReader>();
    return std::optional(AttachmentReader(std::make_unique<AttachmentReader::State>(cell, impl, std::move(slot))));
  };
  return cells.Read(channel, open);
}

Result<std::vector<AttachmentInfo>> Store::ListAttachments(std::string_view channel, MessageId id) const {
  RK_OPEN_CELLS(cells);
  return cells.Read(channel, [&](const ImplPointer& impl, const CellPointer&) {
    return impl->ListAttachments(channel, id, nullptr);
  });
}

Result<bool> Store::DeleteAttachment(std::string_view channel, MessageId id, std::string_view name,
                                     const WriteOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.Write(
      channel, options.timeout,
      [&](const ImplPointer& impl, const CellPointer&) {
        return impl->attachments().Delete(channel, id, name, options);
      },
      Access::kRemove);
}

Status Store::AddCell(const CellOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.AddCell(options);
}

Result<std::vector<CellInfo>> Store::Cells() const {
  RK_OPEN_CELLS(cells);
  return cells.Cells();
}

Status Store::ReopenCell(std::string_view name) {
  RK_OPEN_CELLS(cells);
  return cells.Reopen(name);
}

Result<ChannelPage> Store::Channels(const ChannelQuery& query) const {
  RK_OPEN_CELLS(cells);
  return cells::ListChannels(cells, query);
}

Result<Scan> Store::StartScan(const ScanQuery& query) const {
  RK_ASSIGN_OR_RETURN(const Snapshot snapshot, TakeSnapshot());
  return snapshot.StartScan(query);
}

Result<Snapshot> Store::TakeSnapshot() const {
  RK_OPEN_CELLS(cells);
  return Snapshot(std::make_unique<Snapshot::State>(cells));
}

Result<RouteExplanation> Store::Explain(std::string_view channel) const {
  RK_OPEN_CELLS(cells);
  return cells::Explain(cells, channel);
}

Result<StoreStats> Store::Stats() const {
  RK_OPEN_CELLS(cells);
  return cells::Stats(cells);
}

Result<StoreInfo> Store::Info() const {
  RK_OPEN_CELLS(cells);
  return cells.main_store().info();
}

Result<RecoveryReport> Store::LastRecovery() const {
  RK_OPEN_CELLS(cells);
  return cells.main_store().recovery();
}

Result<ViewInfo> Store::View() const {
  if (!state_ || state_->impl->closed()) return Closed();
  const Timestamp now = state_->impl->context().clock->Now();
  if (!state_->checkpoint_at) return ViewInfo{.source = ViewSource::kLive, .at = now};
  const Timestamp at = *state_->checkpoint_at;
  // The clock may have been put back.
  return ViewInfo{.source = ViewSource::kCheckpoint, .at = at, .age = std::max(now - at, std::chrono::milliseconds{0})};
}

Result<VerifyReport> Store::Verify(const VerifyOptions& options) const {
  RK_OPEN_CELLS(cells);
  return cells::Verify(cells, options);
}

Result<RepairReport> Store::Repair(const RepairOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells::Repair(cells, options);
}

Status Store::SetRetention(const RetentionRule& rule) {
  RK_OPEN_CELLS(cells);
  return cells::SetRetention(cells, rule);
}

Result<std::vector<RetentionRule>> Store::Retention() const {
  RK_OPEN_CELLS(cells);
  return cells.main_store().retention().Rules();
}

Result<RetentionReport> Store::RunRetention(const RetentionOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells::RunRetention(cells, options);
}

Result<ReshardPlan> Store::PlanReshard(const ReshardRequest& request, std::string_view cell) const {
  RK_OPEN_CELLS(cells);
  return cells.RunIn(cell, Access::kRead, [&](store::StoreImpl& impl) { return impl.resharder().Plan(request); });
}

Result<ReshardPlan> Store::StartReshard(const ReshardRequest& request, const ReshardOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.RunIn(options.cell, Access::kWrite,
                     [&](store::StoreImpl& impl) { return impl.resharder().Start(request, options); });
}

Result<std::optional<ReshardStatus>> Store::Reshard(std::string_view cell) const {
  RK_OPEN_CELLS(cells);
  return cells.RunIn(cell, Access::kRead, [](store::StoreImpl& impl) -> Result<std::optional<ReshardStatus>> {
    return impl.resharder().status();
  });
}

Status Store::PauseReshard(std::string_view cell) {
  RK_OPEN_CELLS(cells);
  return cells.RunIn(cell, Access::kRemove, [&](store::StoreImpl& impl) { return impl.resharder().PauseJob(); });
}

Status Store::ResumeReshard(std::string_view cell) {
  RK_OPEN_CELLS(cells);
  // Its end is what gives the space of the old place back.
  return cells.RunIn(cell, Access::kRemove, [&](store::StoreImpl& impl) { return impl.resharder().ResumeJob(); });
}

Status Store::RevertReshard(std::string_view cell) {
  RK_OPEN_CELLS(cells);
  return cells.RunIn(cell, Access::kRemove, [&](store::StoreImpl& impl) { return impl.resharder().RevertJob(); });
}

Status Store::AwaitReshard(std::chrono::milliseconds timeout, std::string_view cell) const {
  RK_OPEN_CELLS(cells);
  return cells.RunIn(cell, Access::kRead, [&](store::StoreImpl& impl) { return impl.resharder().Await(timeout); });
}

Result<CellMoveReport> Store::MoveToCell(std::string_view channel, std::string_view cell,
                                         const CellMoveOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.MoveChannel(channel, cell, options);
}

Result<ReshardProof> Store::VerifyReshard(const std::function<bool(std::uint64_t, std::uint64_t)>& progress,
                                          std::string_view cell) const {
  RK_OPEN_CELLS(cells);
  return cells.RunIn(cell, Access::kRead, [&](store::StoreImpl& impl) { return impl.resharder().Verify(progress); });
}

Result<AutopilotPlan> Store::PlanAutopilot(const AutopilotOptions& options) const {
  RK_OPEN_CELLS(cells);
  return cells.main_store().autopilot().Plan(options);
}

Result<AutopilotPlan> Store::RunAutopilot(const AutopilotOptions& options) {
  RK_OPEN_CELLS(cells);
  return cells.main_store().autopilot().Run(options);
}

Result<AutopilotLog> Store::AutopilotLog() const {
  RK_OPEN_CELLS(cells);
  return cells.main_store().autopilot().Log();
}

Result<ChannelSize> Store::SizeOf(std::string_view channel) const {
  RK_OPEN_CELLS(cells);
  return cells.Read(channel, [&](const ImplPointer& impl, const CellPointer&) { return impl->SizeOf(channel); });
}

Status Store::SetCacheCapacity(std::size_t bytes) {
  RK_OPEN_CELLS(cells);
  return cells.main_store().SetCacheCapacity(bytes);
}

Status Store::Sync() {
  RK_OPEN_CELLS(cells);
  return cells::ForEach(cells, Access::kRemove, [](store::StoreImpl& impl) { return impl.Sync(); });
}

Status Store::Compact() {
  RK_OPEN_CELLS(cells);
  return cells::ForEach(cells, Access::kRemove, [](store::StoreImpl& impl) { return impl.Compact(); });
}

#undef RK_OPEN_CELLS

}  // namespace rookery
