// An engine whose callers are held up by turns, as the seed says, before and after they read and write: so that others
// come between a read and what is made of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine.h"

namespace rookery::torture {

class UneasyEngine final : public engine::Engine {
 public:
  UneasyEngine(std::unique_ptr<engine::Engine> inner, std::uint64_t seed) : inner_(std::move(inner)), seed_(seed) {}

  Status Write(engine::Batch& batch, bool sync) override;
  Result<std::unique_ptr<engine::PinnedValue>> Get(engine::KeyspaceId keyspace, std::string_view key,
                                                   const engine::Snapshot* snapshot) const override;
  Status GetMany(engine::KeyspaceId keyspace, std::span<const std::string_view> keys, const engine::Snapshot* snapshot,
                 const std::function<void(std::size_t, std::string_view)>& found) const override;
  std::unique_ptr<engine::Cursor> NewCursor(engine::KeyspaceId keyspace,
                                            const engine::CursorOptions& options) const override;
  std::shared_ptr<const engine::Snapshot> NewSnapshot() const override;

  // As the other one.
  std::string_view name() const override { return inner_->name(); }
  engine::Capabilities capabilities() const override { return inner_->capabilities(); }
  std::vector<std::string> ListKeyspaces() const override { return inner_->ListKeyspaces(); }
  Status CreateKeyspaces(std::span<const std::string> names) override { return inner_->CreateKeyspaces(names); }
  Status DropKeyspace(engine::KeyspaceId keyspace) override { return inner_->DropKeyspace(keyspace); }
  std::optional<engine::KeyspaceId> FindKeyspace(std::string_view name) const override {
    return inner_->FindKeyspace(name);
  }
  std::unique_ptr<engine::Batch> NewBatch() override { return inner_->NewBatch(); }
  Status Sync() override { return inner_->Sync(); }
  std::uint64_t position() const override { return inner_->position(); }
  engine::StallReport Stall() const override { return inner_->Stall(); }
  void NotifyOfStalls(std::function<void()> changed) override { inner_->NotifyOfStalls(std::move(changed)); }
  void NotifyOfFailures(std::function<void(Status)> failed) override { inner_->NotifyOfFailures(std::move(failed)); }
  Result<std::unique_ptr<engine::Intake>> NewIntake() override { return inner_->NewIntake(); }
  Status FlushKeyspaces(std::span<const engine::KeyspaceId> keyspaces) override {
    return inner_->FlushKeyspaces(keyspaces);
  }
  Status Flush() override { return inner_->Flush(); }
  Status DropFiles(engine::KeyspaceId keyspace, std::string_view lower, std::string_view upper) override {
    return inner_->DropFiles(keyspace, lower, upper);
  }
  Status Reclaim(engine::KeyspaceId keyspace, std::string_view lower, std::string_view upper,
                 std::atomic<bool>* cancelled) override {
    return inner_->Reclaim(keyspace, lower, upper, cancelled);
  }
  void FlushSoon(engine::KeyspaceId keyspace) override { inner_->FlushSoon(keyspace); }
  Status Compact() override { return inner_->Compact(); }
  engine::KeyspaceSize SizeOf(engine::KeyspaceId keyspace) const override { return inner_->SizeOf(keyspace); }
  engine::EngineSize Size() const override { return inner_->Size(); }
  std::optional<std::uint64_t> FreeBytes() const override { return inner_->FreeBytes(); }
  Status Close() override { return inner_->Close(); }

 private:
  /// Lets others run for a while, or not.
  void Pause() const;

  const std::unique_ptr<engine::Engine> inner_;
  const std::uint64_t seed_;
  mutable std::atomic<std::uint64_t> pauses_{0};
};

}  // namespace rookery::torture
