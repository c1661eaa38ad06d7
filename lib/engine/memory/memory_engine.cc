// The engine's verbs over MemoryState. A batch is applied under the exclusive mutex with one new sequence number, so no
// reader sees a part of it.
#include "engine/memory/memory_engine.h"

#include <atomic>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>

#include "base/text.h"
#include "engine/failed_cursor.h"
#include "engine/memory/memory_batch.h"
#include "engine/memory/memory_cursor.h"
#include "engine/memory/memory_intake.h"
#include "engine/memory/memory_state.h"

namespace rookery::engine {
namespace {

class SharedPinnedValue final : public PinnedValue {
 public:
  explicit SharedPinnedValue(SharedValue value) : value_(std::move(value)) {}
  std::string_view view() const override { return *value_; }

 private:
  SharedValue value_;
};

class MemoryEngine final : public Engine {
 public:
  std::string_view name() const override { return "memory"; }
  Capabilities capabilities() const override { return {.durable = false, .intake = true}; }

  std::vector<std::string> ListKeyspaces() const override;
  Status CreateKeyspaces(std::span<const std::string> names) override;
  Status DropKeyspace(KeyspaceId keyspace) override;
  std::optional<KeyspaceId> FindKeyspace(std::string_view name) const override;

  std::unique_ptr<Batch> NewBatch() override { return std::make_unique<MemoryBatch>(); }
  Status Write(Batch& batch, bool sync) override;
  Status Sync() override { return {}; }

  Result<std::unique_ptr<PinnedValue>> Get(KeyspaceId keyspace, std::string_view key,
                                           const Snapshot* snapshot) const override;
  Status GetMany(KeyspaceId keyspace, std::span<const std::string_view> keys, const Snapshot* snapshot,
                 const std::function<void(std::size_t index, std::string_view value)>& found) const override;
  std::unique_ptr<Cursor> NewCursor(KeyspaceId keyspace, const CursorOptions& options) const override;
  std::shared_ptr<const Snapshot> NewSnapshot() const override { return std::make_shared<MemorySnapshot>(state_); }

  Result<std::unique_ptr<Intake>> NewIntake() override { return OpenMemoryIntake(this, &intake_open_); }
  Status Flush() override { return {}; }
  Status Compact() override { return {}; }
  KeyspaceSize SizeOf(KeyspaceId keyspace) const override;
  EngineSize Size() const override;
  Status Close() override { return {}; }

 private:
  // REQUIRES for both: the state's mutex is held.
  Sequence SequenceOf(const Snapshot* snapshot) const;
  void Apply(const MemoryWrite& write, Sequence sequence);

  const std::shared_ptr<MemoryState> state_ = std::make_shared<MemoryState>();
  std::atomic<bool> intake_open_{false};
};

std::vector<std::string> MemoryEngine::ListKeyspaces() const {
  const std::shared_lock lock(state_->mutex);
  std::vector<std::string> names;
  for (const auto& [name, id] : state_->ids) names.push_back(name);
  return names;
}

Status MemoryEngine::CreateKeyspaces(std::span<const std::string> names) {
  const std::unique_lock lock(state_->mutex);
  std::set<std::string_view> fresh;
  for (const std::string& name : names) {
    if (name.empty()) return {StatusCode::kInvalidArgument, "the name of a keyspace must not be empty"};
    if (state_->ids.contains(name) || !fresh.insert(name).second) {
      return {StatusCode::kAlreadyExists, "keyspace " + base::Quoted(name) + " already exists"};
    }
  }
  for (const std::string& name : names) {
    state_->ids.emplace(name, KeyspaceId{static_cast<std::uint32_t>(state_->keyspaces.size())});
    state_->keyspaces.push_back(std::make_shared<VersionedMap>());
  }
  return {};
}

Status MemoryEngine::DropKeyspace(KeyspaceId keyspace) {
  const std::unique_lock lock(state_->mutex);
  if (state_->Find(keyspace) == nullptr) return NoSuchKeyspace(keyspace);
  state_->keyspaces[keyspace.value] = nullptr;
  std::erase_if(state_->ids, [&](const auto& entry) { return entry.second == keyspace; });
  return {};
}

std::optional<KeyspaceId> MemoryEngine::FindKeyspace(std::string_view name) const {
  const std::shared_lock lock(state_->mutex);
  const auto found = state_->ids.find(name);
  if (found == state_->ids.end()) return std::nullopt;
  return found->second;
}

Status MemoryEngine::Write(Batch& batch, bool /*sync*/) {
  const auto& writes = static_cast<const MemoryBatch&>(batch).writes();
  const std::unique_lock lock(state_->mutex);
  for (const MemoryWrite& write : writes) {
    if (state_->Find(write.keyspace) == nullptr) return NoSuchKeyspace(write.keyspace);
  }
  const Sequence sequence = state_->last + 1;
  for (const MemoryWrite& write : writes) Apply(write, sequence);
  state_->last = sequence;
  state_->Prune();
  return {};
}

void MemoryEngine::Apply(const MemoryWrite& write, Sequence sequence) {
  const std::shared_ptr<VersionedMap> keyspace = state_->Find(write.keyspace);
  switch (write.kind) {
    case MemoryWrite::Kind::kPut:
      state_->Set(keyspace, write.key, std::make_shared<const std::string>(write.value), sequence);
      return;
    case MemoryWrite::Kind::kDelete:
      state_->Set(keyspace, write.key, nullptr, sequence);
      return;
    case MemoryWrite::Kind::kDeleteRange:
      const auto& rows = keyspace->rows();
      for (auto row = rows.lower_bound(write.key); row != rows.end() && row->first < write.value; ++row) {
        state_->Set(keyspace, row->first, nullptr, sequence);
      }
  }
}

Sequence MemoryEngine::SequenceOf(const Snapshot* snapshot) const {
  return snapshot == nullptr ? state_->last : static_cast<const MemorySnapshot*>(snapshot)->sequence();
}

Result<std::unique_ptr<PinnedValue>> MemoryEngine::Get(KeyspaceId keyspace, std::string_view key,
                                                       const Snapshot* snapshot) const {
  const std::shared_lock lock(state_->mutex);
  const auto map = state_->Find(keyspace);
  if (map == nullptr) return NoSuchKeyspace(keyspace);
  SharedValue value = map->Find(key, SequenceOf(snapshot));
  if (value == nullptr) return std::unique_ptr<PinnedValue>();
  return std::unique_ptr<PinnedValue>(std::make_unique<SharedPinnedValue>(std::move(value)));
}

Status MemoryEngine::GetMany(KeyspaceId keyspace, std::span<const std::string_view> keys, const Snapshot* snapshot,
                             const std::function<void(std::size_t index, std::string_view value)>& found) const {
  std::vector<SharedValue> values;
  values.reserve(keys.size());
  {
    const std::shared_lock lock(state_->mutex);
    const auto map = state_->Find(keyspace);
    if (map == nullptr) return NoSuchKeyspace(keyspace);
    for (const std::string_view key : keys) values.push_back(map->Find(key, SequenceOf(snapshot)));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != nullptr) found(i, *values[i]);
  }
  return {};
}

std::unique_ptr<Cursor> MemoryEngine::NewCursor(KeyspaceId keyspace, const CursorOptions& options) const {
  std::shared_ptr<VersionedMap> map;
  {
    const std::shared_lock lock(state_->mutex);
    map = state_->Find(keyspace);
  }
  if (map == nullptr) return std::make_unique<FailedCursor>(NoSuchKeyspace(keyspace));
  auto pin = options.snapshot == nullptr ? std::make_unique<PinnedSequence>(state_)
                                         : std::make_unique<PinnedSequence>(state_, SequenceOf(options.snapshot));
  return std::make_unique<MemoryCursor>(state_, std::move(map), std::move(pin), options);
}

KeyspaceSize MemoryEngine::SizeOf(KeyspaceId keyspace) const {
  const std::shared_lock lock(state_->mutex);
  KeyspaceSize size;
  if (const auto map = state_->Find(keyspace)) {
    for (const auto& [key, versions] : map->rows()) {
      const SharedValue value = VersionedMap::VisibleIn(versions, state_->last);
      if (value == nullptr) continue;
      ++size.estimated_rows;
      size.memory_bytes += key.size() + value->size();
    }
  }
  return size;
}

EngineSize MemoryEngine::Size() const {
  EngineSize size;
  for (const std::string& name : ListKeyspaces()) {
    if (const auto id = FindKeyspace(name)) size.memtable_bytes += SizeOf(*id).memory_bytes;
  }
  return size;
}

}  // namespace

std::unique_ptr<Engine> NewMemoryEngine() { return std::make_unique<MemoryEngine>(); }

}  // namespace rookery::engine
