// An engine that fails, or lets something happen in the midst of a write, when a test says so; around one that works.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"

namespace rookery::testing {

class FaultyEngine final : public engine::Engine {
 public:
  /// Several may share `inner`, one after the other, as one store opened again.
  explicit FaultyEngine(std::shared_ptr<engine::Engine> inner) : inner_(std::move(inner)) {}

  /// Every write from now on answers this; OK: writes work again. Also while others write.
  void FailWrites(Status status) {
    const std::lock_guard lock(failure_mutex_);
    write_failure_ = std::move(status);
  }
  /// `action` runs before each write. Set it while nobody writes; it must be thread-safe if several may.
  void BeforeEachWrite(std::function<void()> action) { before_write_ = std::move(action); }
  /// From now on every write is refused as by an engine that delays or stops writes, until Unstall.
  void StallBy(engine::StallReport stall) {
    const std::lock_guard lock(stall_mutex_);
    stall_ = std::move(stall);
  }
  void Unstall() {
    StallBy({});
    if (stall_changed_) stall_changed_();
  }
  engine::StallReport Stall() const override {
    const std::lock_guard lock(stall_mutex_);
    return stall_;
  }
  void NotifyOfStalls(std::function<void()> changed) override { stall_changed_ = std::move(changed); }
  void NotifyOfFailures(std::function<void(Status)> failed) override { failed_ = std::move(failed); }
  /// As an engine whose background work failed.
  void FailInTheBackground(Status cause) { failed_(std::move(cause)); }
  /// What the disk has left.
  void LeaveFree(std::uint64_t bytes) { free_ = bytes; }
  std::optional<std::uint64_t> FreeBytes() const override { return free_; }
  /// The keys between which space was given back, call by call. Read it while nothing is given back.
  const std::vector<std::pair<std::string, std::string>>& reclaimed() const { return reclaimed_; }
  Status Reclaim(engine::KeyspaceId keyspace, std::string_view lower, std::string_view upper,
                 std::atomic<bool>* cancelled) override {
    reclaimed_.emplace_back(lower, upper);
    return inner_->Reclaim(keyspace, lower, upper, cancelled);
  }
  /// How many writes were tried.
  int writes() const { return writes_; }
  /// `action` runs once, before the next Get reads; it may use the engine.
  void BeforeNextGet(std::function<void()> action) { before_get_ = std::move(action); }
  /// The same before the next GetMany reads.
  void BeforeNextGetMany(std::function<void()> action) { before_get_many_ = std::move(action); }
  /// The same before the next cursor is made.
  void BeforeNextCursor(std::function<void()> action) { before_cursor_ = std::move(action); }
  /// How many cursors were made, and Gets done.
  int reads() const { return reads_; }

  std::string_view name() const override { return inner_->name(); }
  engine::Capabilities capabilities() const override { return inner_->capabilities(); }
  std::vector<std::string> ListKeyspaces() const override { return inner_->ListKeyspaces(); }
  Status CreateKeyspaces(std::span<const std::string> names) override { return inner_->CreateKeyspaces(names); }
  Status DropKeyspace(engine::KeyspaceId keyspace) override { return inner_->DropKeyspace(keyspace); }
  std::optional<engine::KeyspaceId> FindKeyspace(std::string_view name) const override {
    return inner_->FindKeyspace(name);
  }
  std::unique_ptr<engine::Batch> NewBatch() override { return inner_->NewBatch(); }
  Status Write(engine::Batch& batch, bool sync) override {
    if (before_write_) before_write_();
    ++writes_;
    if (Stall().state != StallState::kNone) return {StatusCode::kBusy, "stalled"};
    Status failure = write_failure();
    return failure.ok() ? inner_->Write(batch, sync) : failure;
  }
  Status Sync() override {
    if (Stall().state != StallState::kNone) return {StatusCode::kBusy, "stalled"};
    Status failure = write_failure();
    return failure.ok() ? inner_->Sync() : failure;
  }
  std::uint64_t position() const override { return inner_->position(); }
  Result<std::unique_ptr<engine::PinnedValue>> Get(engine::KeyspaceId keyspace, std::string_view key,
                                                   const engine::Snapshot* snapshot) const override {
    ++reads_;
    if (before_get_) std::exchange(before_get_, nullptr)();
    return inner_->Get(keyspace, key, snapshot);
  }
  Status GetMany(engine::KeyspaceId keyspace, std::span<const std::string_view> keys, const engine::Snapshot* snapshot,
                 const std::function<void(std::size_t, std::string_view)>& found) const override {
    if (before_get_many_) std::exchange(before_get_many_, nullptr)();
    return inner_->GetMany(keyspace, keys, snapshot, found);
  }
  std::unique_ptr<engine::Cursor> NewCursor(engine::KeyspaceId keyspace,
                                            const engine::CursorOptions& options) const override {
    ++reads_;
    if (before_cursor_) std::exchange(before_cursor_, nullptr)();
    return inner_->NewCursor(keyspace, options);
  }
  std::shared_ptr<const engine::Snapshot> NewSnapshot() const override { return inner_->NewSnapshot(); }
  Result<std::unique_ptr<engine::Intake>> NewIntake() override { return inner_->NewIntake(); }
  Status FlushKeyspaces(std::span<const engine::KeyspaceId> keyspaces) override {
    Status failure = write_failure();
    return failure.ok() ? inner_->FlushKeyspaces(keyspaces) : failure;
  }
  Status Flush() override { return inner_->Flush(); }
  Status Compact() override { return inner_->Compact(); }
  engine::KeyspaceSize SizeOf(engine::KeyspaceId keyspace) const override { return inner_->SizeOf(keyspace); }
  engine::EngineSize Size() const override { return inner_->Size(); }
  Status Close() override { return inner_->Close(); }

 private:
  Status write_failure() const {
    const std::lock_guard lock(failure_mutex_);
    return write_failure_;
  }

  std::shared_ptr<engine::Engine> inner_;
  mutable std::mutex failure_mutex_;
  Status write_failure_;  // guarded by failure_mutex_
  std::optional<std::uint64_t> free_;
  std::vector<std::pair<std::string, std::string>> reclaimed_;
  std::function<void()> before_write_;
  mutable std::mutex stall_mutex_;
  engine::StallReport stall_;  // guarded by stall_mutex_
  std::function<void()> stall_changed_;
  std::function<void(Status)> failed_;
  std::atomic<int> writes_{0};
  mutable std::function<void()> before_get_;
  mutable std::function<void()> before_get_many_;
  mutable std::function<void()> before_cursor_;
  mutable std::atomic<int> reads_{0};
};

}  // namespace rookery::testing
