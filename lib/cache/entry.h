// One cached item: a header of 32 bytes, the key and the value, in one allocation.
//
// Key and value never change after the entry was linked, so readers need no lock to copy them. `use` is the one field
// that readers write. All others belong to the shard's lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace rookery::cache {

/// What an entry holds. Counted apart in the statistics.
enum class EntryKind : std::uint8_t {
  kValue,   // the bytes of a row
  kAbsent,  // there is no such row
  kBlock,   // a shared object, such as a window: the value is a pointer that the entry owns (Entry::block)
};
inline constexpr std::size_t kEntryKinds = 3;

class Entry {
 public:
  static constexpr std::size_t kLineBytes = 64;
  static constexpr std::size_t kPrefetchedLines = 4;
  static constexpr std::size_t kMaxKeyBytes = 0xFFFF;
  static constexpr std::size_t kMaxValueBytes = 0xFFFF'FFFF;

  /// REQUIRES: key and value within the limits above. The bytes are copied. Null if there is no memory.
  static Entry* New(std::string_view key, std::string_view value, EntryKind kind);
  /// A kBlock entry that shares `object`, which takes about so many bytes.
  static Entry* NewBlock(std::string_view key, std::shared_ptr<const void> object, std::size_t bytes);
  static void Delete(Entry* entry);
  struct Deleter {
    void operator()(Entry* entry) const { Delete(entry); }
  };
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  std::string_view key() const { return {bytes(), key_size}; }
  std::string_view value() const { return {bytes() + key_size, value_size}; }
  /// Has the lines behind the first fetched, which is on its way: who compares the key will want the value. Any address
  /// will do.
  void Prefetch() const {
    for (std::size_t line = 1; line < kPrefetchedLines; ++line) {
      __builtin_prefetch(reinterpret_cast<const char*>(this) + line * kLineBytes);
    }
  }

  /// REQUIRES: kBlock.
  const std::shared_ptr<const void>& block() const;
  /// The memory that the entry takes from the process, block included.
  std::size_t charge() const;

  /// A place in a policy's queue, or in its array: a policy has one or the other.
  struct Links {
    Entry* previous;
    Entry* next;
  };
  union {
    Links links{};
    std::size_t index;
  };
  std::uint32_t expiry = 0;  // in ticks of the cache's coarse clock; 0: never
  /// What the policy made of the entry's hits; see Touch. Readers write it, so it is only a hint of order.
  std::atomic<std::uint32_t> use{0};
  const std::uint32_t value_size;
  const std::uint16_t key_size;
  std::uint8_t queue = 0;  // the policy's: which of its queues
  const EntryKind kind;

 private:
  Entry(std::string_view key, std::string_view value, EntryKind kind);
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};
static_assert(sizeof(Entry) == 32);

using OwnedEntry = std::unique_ptr<Entry, Entry::Deleter>;

}  // namespace rookery::cache
