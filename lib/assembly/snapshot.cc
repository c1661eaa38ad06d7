// The handles of snapshots and scans: they pass every call on to the cell that it is for, or answer kClosed.
#include <utility>

#include "assembly/attachment_handles.h"
#include "assembly/snapshot_state.h"
#include "base/macros.h"
#include "cells/channel_pages.h"
#include "cells/whole_store.h"
#include "store/channel_lister.h"
#include "store/limits.h"

namespace rookery {
namespace {

using assembly::Held;
using cells::CellIndex;

Status Closed() { return {StatusCode::kClosed, "the store is closed; open it again"}; }

/// Passes over the channels that a cell has rows of, but that are not its own.
class OwnChannels final : public ScanSink {
 public:
  OwnChannels(ScanSink* sink, const cells::CellRules& rules, CellIndex cell)
      : sink_(*sink), rules_(rules), cell_(cell) {}

  void BeginChannel(std::string_view channel) override {
    own_ = rules_.Find(channel) == cell_;
    if (own_) sink_.BeginChannel(channel);
  }
  ScanStep Take(const MessageView& message) override { return own_ ? sink_.Take(message) : ScanStep::kNextChannel; }

 private:
  ScanSink& sink_;
  const cells::CellRules& rules_;
  const CellIndex cell_;
  // A scan that was paused goes on within a channel: only of one's own is it paused.
  bool own_ = true;
};

}  // namespace

// --- Snapshot ------------------------------------------------------------------------------------------------------

Snapshot::State::State(const cells::CellSet& set) {
  rules = set.VisitAtOnce([this](CellIndex, const cells::CellPointer& cell) {
    cells.push_back(cell);
    parts.emplace_back();
    static_cast<void>(cell->Run(cells::Access::kRead, [&](const cells::ImplPointer& impl) {
      parts.back() = std::make_shared<Held>(cell, impl, impl->NewSnapshot());
      return Status();
    }));
  });
}

Status Snapshot::State::Gone(CellIndex index) const {
  Status refusal = cells[index.value]->Refusal();
  if (!refusal.ok()) return refusal;
  return {StatusCode::kUnavailable,
          "cell " + cells[index.value]->name() + " was quarantined when the snapshot was taken; take another one"};
}

Status Snapshot::State::CheckAllThere() const {
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == nullptr) return Gone(CellIndex{i});
  }
  return {};
}

Snapshot::Snapshot(std::unique_ptr<State> state) : state_(std::move(state)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

Result<std::optional<Message>> Snapshot::Get(std::string_view channel, MessageId id, const ReadOptions& options) const {
  if (!state_) return Closed();
  return state_->Read(channel, [&](const Held& part, store::StoreImpl& impl) {
    return impl.reads().Get(channel, id, part.slot->snapshot.get(), options);
  });
}

Result<std::vector<std::optional<Message>>> Snapshot::GetMany(std::span<const MessageKey> keys,
                                                              const ReadOptions& options) const {
  if (!state_) return Closed();
  return cells::GetManyByCell(*state_->rules, keys, [&](CellIndex index, std::span<const MessageKey> part_of_keys) {
    return state_->Read(index, [&](const Held& part, store::StoreImpl& impl) {
      return impl.reads().GetMany(part_of_keys, part.slot->snapshot.get(), options);
    });
  });
}

Result<Page> Snapshot::History(std::string_view channel, const HistoryQuery& query, const ReadOptions& options) const {
  if (!state_) return Closed();
  return state_->Read(channel, [&](const Held& part, store::StoreImpl& impl) {
    return impl.reads().History(channel, query, part.slot->snapshot.get(), options);
  });
}

Result<std::optional<Record>> Snapshot::GetRecord(std::string_view channel, std::string_view key) const {
  if (!state_) return Closed();
  return state_->Read(channel, [&](const Held& part, store::StoreImpl& impl) {
    return impl.reads().GetRecord(channel, key, part.slot->snapshot.get());
  });
}

Result<RecordPage> Snapshot::ListRecords(std::string_view channel, const RecordQuery& query) const {
  if (!state_) return Closed();
  return state_->Read(channel, [&](const Held& part, store::StoreImpl& impl) {
    return impl.reads().ListRecords(channel, query, part.slot->snapshot.get());
  });
}

Result<std::optional<AttachmentReader>> Snapshot::GetAttachment(std::string_view channel, MessageId id,
                                                                std::string_view name) const {
  if (!state_) return Closed();
  const auto open = [&](const Held& part, store::StoreImpl& impl) -> Result<std::optional<AttachmentReader>> {
    RK_ASSIGN_OR_RETURN(auto slot, impl.OpenAttachment(channel, id, name, part.slot->snapshot));
    if (slot == nullptr) return std::optional<AttachmentReader>();
    return std::optional(
        AttachmentReader(std::make_unique<AttachmentReader::State>(part.cell, part.impl, std::move(slot))));
  };
  return state_->Read(channel, open);
}

Result<std::vector<AttachmentInfo>> Snapshot::ListAttachments(std::string_view channel, MessageId id) const {
  if (!state_) return Closed();
  return state_->Read(channel, [&](const Held& part, store::StoreImpl& impl) {
    return impl.ListAttachments(channel, id, part.slot->snapshot.get());
  });
}

Result<ChannelPage> Snapshot::Channels(const ChannelQuery& query) const {
  if (!state_) return Closed();
  const auto list = [&](CellIndex index, const ChannelQuery& page) {
    return state_->Read(index, [&](const Held& part, store::StoreImpl& impl) {
      return store::ListChannels(impl.context(), page, part.slot->snapshot.get());
    });
  };
  if (state_->only_main()) return list(cells::kMain, query);
  RK_TRY(store::CheckPageSize(query.limit));
  if (query.missing_cells == MissingCells::kRefuse) RK_TRY(state_->CheckAllThere());
  std::vector<cells::ChannelStream> streams;
  for (std::uint32_t i = 0; i < state_->parts.size(); ++i) {
    if (state_->parts[i] == nullptr) continue;
    streams.emplace_back([&list, i](const ChannelQuery& page) { return list(CellIndex{i}, page); }, query,
                         [this, i](const std::string& channel) { return state_->rules->Find(channel).value == i; });
  }
  return cells::MergeChannels(std::move(streams), query.limit);
}

Result<Scan> Snapshot::StartScan(const ScanQuery& query) const {
  if (!state_) return Closed();
  RK_ASSIGN_OR_RETURN(const std::uint32_t shards, Shards());
  auto scan = std::make_unique<Scan::State>();
  if (!state_->only_main()) {
    scan->rules = state_->rules;
    RK_TRY(cells::CheckShard(query, shards));
    const bool all = !query.channels && query.missing_cells == MissingCells::kRefuse;
    if (all) RK_TRY(state_->CheckAllThere());
  }
  std::uint32_t first_shard = 0;
  for (std::uint32_t i = 0; i < state_->parts.size(); ++i) {
    const CellIndex index{i};
    if (state_->parts[i] == nullptr) {
      ScanQuery of_any_shard = query;
      of_any_shard.shard.reset();
      const bool wanted = query.channels && cells::PartOfScan(of_any_shard, *state_->rules, index, 0, 0);
      if (wanted && query.missing_cells == MissingCells::kRefuse) return state_->Gone(index);
      continue;
    }
    const auto begin = [&](const Held& part, store::StoreImpl& impl) -> Status {
      const std::uint32_t here = impl.context().routes.At(part.slot->snapshot.get()).map().shards;
      const auto mine = state_->only_main() ? std::optional(query)
                                            : cells::PartOfScan(query, *state_->rules, index, first_shard, here);
      first_shard += here;
      if (!mine) return {};
      RK_ASSIGN_OR_RETURN(auto slot, impl.NewScan(*mine, part.slot->snapshot));
      scan->parts.push_back({index, std::make_unique<Held>(part.cell, part.impl, std::move(slot))});
      return {};
    };
    RK_TRY(state_->Read(index, begin));
  }
  return Scan(std::move(scan));
}

Result<std::uint32_t> Snapshot::Shards() const {
  if (!state_) return Closed();
  std::uint32_t shards = 0;
  for (std::uint32_t i = 0; i < state_->parts.size(); ++i) {
    if (state_->parts[i] == nullptr) continue;
    RK_TRY(state_->Read(CellIndex{i}, [&](const Held& part, store::StoreImpl& impl) {
      shards += impl.context().routes.At(part.slot->snapshot.get()).map().shards;
      return Status();
    }));
  }
  return shards;
}

// --- Scan ----------------------------------------------------------------------------------------------------------

Scan::Scan(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scan::Scan(Scan&&) noexcept = default;
Scan& Scan::operator=(Scan&&) noexcept = default;
Scan::~Scan() = default;

Result<bool> Scan::State::ReadPart(const Part& part, ScanSink* sink) const {
  return part.held->Read([&](store::StoreImpl&) {
    store::Scanner& scanner = *part.held->slot->scanner;
    if (rules == nullptr) return scanner.Read(sink);
    OwnChannels own(sink, *rules, part.index);
    return scanner.Read(&own);
  });
}

Result<bool> Scan::Read(ScanSink* sink) {
  if (!state_) return Closed();
  for (; state_->at < state_->parts.size(); ++state_->at) {
    RK_ASSIGN_OR_RETURN(const bool paused, state_->ReadPart(state_->parts[state_->at], sink));
    if (paused) return true;
  }
  return false;
}

}  // namespace rookery
