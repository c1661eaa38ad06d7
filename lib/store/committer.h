// The one door to the engine's log: hands out scratch space for writes, applies batches, and poisons the store when one
// fails.
//
// Invariant: after a write failed, what is in the log is unknown, so no further write is acknowledged until the store
// is reopened and the log has been read back. Reads go on.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "codec/message_codec.h"
#include "engine/engine.h"
#include "rookery/options.h"
#include "rookery/status.h"
#include "store/context.h"
#include "store/write_barrier.h"
#include "store/write_gate.h"

namespace rookery::store {

/// What a writer needs and would be dear to make anew for each call.
struct WriteScratch {
  std::unique_ptr<engine::Batch> batch;
  codec::RowEncoder encoder;
  std::string key;
};

/// Thread-safe.
class Committer {
 public:
  explicit Committer(Context* context) : context_(*context) {}

  /// Scratch space with an empty batch; goes back when the handle is destroyed.
  class Lease {
   public:
    Lease(Committer* committer, std::unique_ptr<WriteScratch> scratch)
        : committer_(committer), scratch_(std::move(scratch)) {}
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    WriteScratch* operator->() const { return scratch_.get(); }

   private:
    Committer* committer_;
    std::unique_ptr<WriteScratch> scratch_;
  };
  Lease NewScratch();

  /// OK, or why writes are refused: kUnavailable after a failed write, kPermission in a read-only store.
  Status CheckWritable() const;
  /// Applies the batch. kBusy: the engine refused it and `attempt`, which WriteGate::Run handed out, says so. Any other
  /// error poisons the store.
  Status Commit(engine::Batch& batch, WriteAttempt* attempt);
  /// The same for who is not within WriteGate::Run, and may hold all channels: waits for the engine itself, until
  /// StoreOptions::write_timeout, past those who have a turn.
  Status Commit(engine::Batch& batch, std::optional<Durability> durability);
  /// Writes the batch that `choose` names while no other write is under way, and doubles nothing. Otherwise as the one
  /// before; `choose` may be called more than once.
  Status CommitAlone(const std::function<engine::Batch&()>& choose);
  /// Buffered, not doubled, and as if nobody had been told: for rows that nobody reads where they are, of which a
  /// report of what is missing must not speak. Otherwise as Commit for who is not within WriteGate::Run.
  Status CommitUntold(engine::Batch& batch);
  /// Calls it while no batch is being committed.
  void WhileNoneCommits(const std::function<void()>& change);
  Status Sync();
  /// Brings what these keyspaces hold in memory to disk. An error poisons the store.
  Status Flush(std::span<const engine::KeyspaceId> keyspaces);
  /// Takes finished tables of these keyspaces in, durably, with no write to the engine under way. Flush before it, so
  /// that writers wait for little. An error poisons the store.
  Status Ingest(engine::Intake* intake, std::span<const std::unique_ptr<engine::SortedTable>> tables,
                std::span<const engine::KeyspaceId> keyspaces);

  /// From now on writes are refused. Returns the cause.
  Status Poison(Status cause);
  /// Why writes are refused; empty while they are not.
  std::string unavailable_reason() const;

 private:
  enum class Notes { kYes, kNo };
  Status Write(engine::Batch& batch, WriteAttempt* attempt, Notes notes = Notes::kYes);
  Status WriteTwice(Mirror* mirror, const engine::Batch& batch, WriteAttempt* attempt);
  /// What a write that failed means to the store.
  Status Failed(Status status, WriteAttempt* attempt);
  void TakeBack(std::unique_ptr<WriteScratch> scratch);

  Context& context_;
  WriteBarrier barrier_;
  std::atomic<bool> poisoned_{false};
  mutable base::Mutex mutex_;
  Status cause_ RK_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<WriteScratch>> free_ RK_GUARDED_BY(mutex_);
};

}  // namespace rookery::store
