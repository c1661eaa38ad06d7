#include "engine/memory/memory_state.h"

#include <utility>

namespace rookery::engine {

std::shared_ptr<VersionedMap> MemoryState::Find(KeyspaceId id) const {
  return id.value < keyspaces.size() ? keyspaces[id.value] : nullptr;
}

void MemoryState::Set(const std::shared_ptr<VersionedMap>& keyspace, std::string_view key, SharedValue value,
                      Sequence sequence) {
  const bool supersedes = value == nullptr || keyspace->Find(key, sequence) != nullptr;
  keyspace->Set(key, std::move(value), sequence);
  if (supersedes) superseded.push_back({sequence, keyspace, std::string(key)});
}

void MemoryState::Prune() {
  const Sequence oldest = pinned.empty() ? last : *pinned.begin();
  while (!superseded.empty() && superseded.front().sequence <= oldest) {
    const SupersededKey& entry = superseded.front();
    if (const auto keyspace = entry.keyspace.lock()) keyspace->Prune(entry.key, oldest);
    superseded.pop_front();
  }
}

PinnedSequence::PinnedSequence(std::shared_ptr<MemoryState> state) : state_(std::move(state)) {
  const std::unique_lock lock(state_->mutex);
  sequence_ = state_->last;
  state_->pinned.insert(sequence_);
}

PinnedSequence::PinnedSequence(std::shared_ptr<MemoryState> state, Sequence sequence)
    : state_(std::move(state)), sequence_(sequence) {
  const std::unique_lock lock(state_->mutex);
  state_->pinned.insert(sequence_);
}

PinnedSequence::~PinnedSequence() {
  const std::unique_lock lock(state_->mutex);
  state_->pinned.erase(state_->pinned.find(sequence_));
  state_->Prune();
}

}  // namespace rookery::engine
