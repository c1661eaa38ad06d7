#include "cache/entry.h"

#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace rookery::cache {
namespace {

/// Where the object of a kBlock entry is; its address is the entry's value.
struct BlockNode {
  std::shared_ptr<const void> object;
  std::size_t bytes;
};

}  // namespace

Entry::Entry(std::string_view key, std::string_view value, EntryKind entry_kind)
    : value_size(static_cast<std::uint32_t>(value.size())),
      key_size(static_cast<std::uint16_t>(key.size())),
      kind(entry_kind) {
  if (!key.empty()) std::memcpy(bytes(), key.data(), key.size());
  if (!value.empty()) std::memcpy(bytes() + key.size(), value.data(), value.size());
}

Entry* Entry::New(std::string_view key, std::string_view value, EntryKind kind) {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): charge() asks how much it took
  void* const memory = std::malloc(sizeof(Entry) + key.size() + value.size());
  return memory == nullptr ? nullptr : new (memory) Entry(key, value, kind);
}

Entry* Entry::NewBlock(std::string_view key, std::shared_ptr<const void> object, std::size_t bytes) {
  auto* const node = new BlockNode{std::move(object), bytes};
  const std::string_view address(reinterpret_cast<const char*>(&node), sizeof(void*));
  Entry* const entry = New(key, address, EntryKind::kBlock);
  if (entry == nullptr) delete node;
  return entry;
}

namespace {

BlockNode* NodeOf(const Entry& entry) {
  BlockNode* node = nullptr;
  std::memcpy(&node, entry.value().data(), sizeof(void*));
  return node;
}

}  // namespace

void Entry::Delete(Entry* entry) {
  if (entry == nullptr) return;
  if (entry->kind == EntryKind::kBlock) delete NodeOf(*entry);
  entry->~Entry();
  std::free(entry);  // NOLINT(cppcoreguidelines-no-malloc)
}

const std::shared_ptr<const void>& Entry::block() const { return NodeOf(*this)->object; }

std::size_t Entry::charge() const {
  const std::size_t own = malloc_usable_size(const_cast<Entry*>(this)) + sizeof(std::size_t);
  return kind == EntryKind::kBlock ? own + sizeof(BlockNode) + NodeOf(*this)->bytes : own;
}

}  // namespace rookery::cache
