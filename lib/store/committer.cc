#include "store/committer.h"

#include <utility>

#include "base/macros.h"
#include "store/commit_notes.h"
#include "store/reshard/mirror.h"

namespace rookery::store {
namespace {

// A scratch that grew beyond this (one giant batch) is not kept.
constexpr std::size_t kMaxKeptBytes = std::size_t{4} << 20;
constexpr std::size_t kMaxKept = 64;

}  // namespace

Committer::Lease::~Lease() { committer_->TakeBack(std::move(scratch_)); }

Committer::Lease Committer::NewScratch() {
  {
    const base::MutexLock lock(mutex_);
    if (!free_.empty()) {
      auto scratch = std::move(free_.back());
      free_.pop_back();
      return {this, std::move(scratch)};
    }
  }
  auto scratch = std::make_unique<WriteScratch>();
  scratch->batch = context_.engine->NewBatch();
  return {this, std::move(scratch)};
}

void Committer::TakeBack(std::unique_ptr<WriteScratch> scratch) {
  if (scratch->batch->byte_size() > kMaxKeptBytes) return;
  scratch->batch->Clear();
  const base::MutexLock lock(mutex_);
  if (free_.size() < kMaxKept) free_.push_back(std::move(scratch));
}

Status Committer::CheckWritable() const {
  if (context_.read_only) {
    return {StatusCode::kPermission, "the store was opened read-only; open it for writing"};
  }
  if (!poisoned_.load(std::memory_order_acquire)) return {};
  return {StatusCode::kUnavailable, "writes are refused since one failed (" + unavailable_reason() +
                                        "); reads go on; close the store, mend the cause and reopen it"};
}

Status Committer::Commit(engine::Batch& batch, WriteAttempt* attempt) {
  const WriteBarrier::Pass pass(barrier_);
  Mirror* mirror = context_.mirror.load(std::memory_order_acquire);
  return mirror != nullptr && mirror->writing() ? WriteTwice(mirror, batch, attempt) : Write(batch, attempt);
}

Status Committer::WriteTwice(Mirror* mirror, const engine::Batch& batch, WriteAttempt* attempt) {
  const auto scratch = NewScratch();
  const Mirror::Twins twins = mirror->Double(batch, scratch->batch.get());
  RK_TRY(Write(*scratch->batch, attempt));
  mirror->Written(twins);
  return {};
}

Status Committer::CommitAlone(const std::function<engine::Batch&()>& choose) {
  return context_.gate->RunPast(Durability::kBuffered, [&](WriteAttempt* attempt) {
    const WriteBarrier::Closed closed(&barrier_);
    return Write(choose(), attempt, Notes::kNo);  // copies, of which nobody was told
  });
}

Status Committer::CommitUntold(engine::Batch& batch) {
  return context_.gate->RunPast(Durability::kBuffered, [&](WriteAttempt* attempt) {
    const WriteBarrier::Pass pass(barrier_);
    return Write(batch, attempt, Notes::kNo);
  });
}

void Committer::WhileNoneCommits(const std::function<void()>& change) {
  const WriteBarrier::Closed closed(&barrier_);
  change();
}

Status Committer::Write(engine::Batch& batch, WriteAttempt* attempt, Notes notes) {
  attempt->bytes = batch.byte_size();
  const bool sync = attempt->durability.value_or(context_.durability) == Durability::kSync;
  Status status = context_.engine->Write(batch, sync);
  if (!status.ok()) return Failed(std::move(status), attempt);
  if (Witness* const witness = context_.witness.get()) {
    if (notes == Notes::kYes) CommitNotes::Tell(batch, context_.routes, witness);
    witness->Applied(batch.position());
    if (sync) witness->Synced(batch.position());
  }
  attempt->written = true;
  context_.counters.bytes_written.Add(attempt->bytes);
  return {};
}

Status Committer::Commit(engine::Batch& batch, std::optional<Durability> durability) {
  return context_.gate->RunPast(durability, [&](WriteAttempt* attempt) { return Commit(batch, attempt); });
}

Status Committer::Sync() {
  return context_.gate->Run({}, {}, [&](WriteAttempt* attempt) {
    const std::uint64_t position = context_.engine->position();
    Status status = context_.engine->Sync();
    if (!status.ok()) return Failed(std::move(status), attempt);
    if (context_.witness) context_.witness->Synced(position);
    return Status();
  });
}

Status Committer::Failed(Status status, WriteAttempt* attempt) {
  attempt->refused = status.code() == StatusCode::kBusy;
  return attempt->refused ? status : Poison(std::move(status));
}

Status Committer::Flush(std::span<const engine::KeyspaceId> keyspaces) {
  Status status = context_.engine->FlushKeyspaces(keyspaces);
  return status.ok() ? Status{} : Poison(std::move(status));
}

Status Committer::Ingest(engine::Intake* intake, std::span<const std::unique_ptr<engine::SortedTable>> tables,
                         std::span<const engine::KeyspaceId> keyspaces) {
  const WriteBarrier::Closed closed(&barrier_);
  // RocksDB before 7.10 can confuse the order of a table and of a memtable that held rows when the table came.
  RK_TRY(Flush(keyspaces));
  Status status = intake->Ingest(tables);
  if (!status.ok()) return Poison(std::move(status));
  if (context_.witness) context_.witness->Applied(context_.engine->position());
  return {};
}

Status Committer::Poison(Status cause) {
  {
    const base::MutexLock lock(mutex_);
    if (poisoned_.exchange(true, std::memory_order_acq_rel)) return cause;
    cause_ = cause;
  }
  if (context_.on_failure) context_.on_failure(cause);
  return cause;
}

std::string Committer::unavailable_reason() const {
  const base::MutexLock lock(mutex_);
  return cause_.ok() ? std::string() : cause_.ToString();
}

}  // namespace rookery::store
