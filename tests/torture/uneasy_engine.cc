#include "tests/torture/uneasy_engine.h"

#include <thread>

#include "tests/torture/rig.h"

namespace rookery::torture {

void UneasyEngine::Pause() const {
  const std::uint64_t chosen = RoundSeed(seed_, pauses_.fetch_add(1, std::memory_order_relaxed));
  const std::uint64_t length = chosen >> 32U;
  switch (chosen % 8) {
    case 0:
    case 1:
      std::this_thread::yield();
      return;
    case 2:
      // For more than one slice of the others.
      for (std::uint64_t i = 0; i < length % 8; ++i) std::this_thread::yield();
      return;
    case 3:
      // Where others have a processor of their own, yielding gives them nothing.
      for (std::uint64_t i = 0; i < length % 4000; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
      return;
    default:
      return;
  }
}

Status UneasyEngine::Write(engine::Batch& batch, bool sync) {
  Pause();
  Status written = inner_->Write(batch, sync);
  Pause();
  return written;
}

Result<std::unique_ptr<engine::PinnedValue>> UneasyEngine::Get(engine::KeyspaceId keyspace, std::string_view key,
                                                               const engine::Snapshot* snapshot) const {
  Pause();
  auto value = inner_->Get(keyspace, key, snapshot);
  Pause();
  return value;
}

Status UneasyEngine::GetMany(engine::KeyspaceId keyspace, std::span<const std::string_view> keys,
                             const engine::Snapshot* snapshot,
                             const std::function<void(std::size_t, std::string_view)>& found) const {
  Pause();
  Status read = inner_->GetMany(keyspace, keys, snapshot, found);
  Pause();
  return read;
}

std::unique_ptr<engine::Cursor> UneasyEngine::NewCursor(engine::KeyspaceId keyspace,
                                                        const engine::CursorOptions& options) const {
  Pause();
  auto cursor = inner_->NewCursor(keyspace, options);
  Pause();  // it has its state of the store by now
  return cursor;
}

std::shared_ptr<const engine::Snapshot> UneasyEngine::NewSnapshot() const {
  Pause();
  auto snapshot = inner_->NewSnapshot();
  Pause();
  return snapshot;
}

}  // namespace rookery::torture
