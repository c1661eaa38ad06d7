#include "engine/rocksdb/keyspace_table.h"

#include <rocksdb/db.h>

#include <mutex>
#include <utility>

namespace rookery::engine {

void HandleRelease::operator()(rocksdb::ColumnFamilyHandle* handle) const {
  // It can only fail for the database's own handle of its default family, which is never given away.
  database->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
}

std::optional<KeyspaceId> KeyspaceTable::Find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = ids_.find(name);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

KeyspaceId KeyspaceTable::OfFamily(std::uint32_t family) const {
  const std::shared_lock lock(mutex_);
  return by_family_.at(family);
}

std::vector<std::string> KeyspaceTable::Names() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, id] : ids_) names.push_back(name);
  return names;
}

std::vector<rocksdb::ColumnFamilyHandle*> KeyspaceTable::Handles() const {
  const std::shared_lock lock(mutex_);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  for (const auto& [name, id] : ids_) handles.push_back(handles_[id.value].get());
  return handles;
}

std::size_t KeyspaceTable::size() const {
  const std::shared_lock lock(mutex_);
  return ids_.size();
}

std::size_t KeyspaceTable::room() const {
  const std::shared_lock lock(mutex_);
  return kCapacity - handles_.size();
}

void KeyspaceTable::Add(Handle handle) {
  const std::unique_lock lock(mutex_);
  const KeyspaceId id{static_cast<std::uint32_t>(handles_.size())};
  ids_.emplace(handle->GetName(), id);
  by_family_.emplace(handle->GetID(), id);
  slots_[id.value].store(handle.get(), std::memory_order_release);
  handles_.push_back(std::move(handle));
}

Handle KeyspaceTable::Remove(KeyspaceId id) {
  const std::unique_lock lock(mutex_);
  if (id.value >= handles_.size() || handles_[id.value] == nullptr) return nullptr;
  ids_.erase(handles_[id.value]->GetName());
  by_family_.erase(handles_[id.value]->GetID());
  slots_[id.value].store(nullptr, std::memory_order_release);
  return std::move(handles_[id.value]);
}

void KeyspaceTable::Clear() {
  const std::unique_lock lock(mutex_);
  for (std::size_t i = 0; i < handles_.size(); ++i) slots_[i].store(nullptr, std::memory_order_release);
  ids_.clear();
  by_family_.clear();
  handles_.clear();
}

}  // namespace rookery::engine
