// Rows in memory until there are enough to be worth sorting: the first half of an external sort.
//
// Idea: rows are sorted by (shard, channel, rest of the key, rank), but only the channels are compared as bytes. Each
// row knows its channel by number; rows are dealt to their channels by counting, and within a channel they are compared
// by the first eight bytes behind the prefix, which of a message's key is all. Most come in the order of their ids, and
// then a channel has only to be turned around.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/macros.h"
#include "codec/key_format.h"
#include "rookery/status.h"
#include "rookery/types.h"
#include "store/bulk/entry.h"

namespace rookery::store::bulk {

/// Used by one thread at a time.
class SortBuffer {
 public:
  /// A channel's messages, or its nonces.
  struct Group {
    std::string prefix;  // of the keys
    ShardId shard;
    codec::KeyKind kind{};
    std::size_t rows = 0;
  };
  struct Item {
    std::uint64_t head;    // HeadOf(rest)
    std::uint64_t offset;  // of the entry, in the order of adding
  };

  /// What it holds takes about `bytes`; a row that is larger goes in alone.
  explicit SortBuffer(std::size_t bytes) : limit_(bytes) {}

  /// The number of a group, for Add; nullopt if it is new: then AddGroup. `hash`: of kind and channel.
  std::optional<std::uint32_t> FindGroup(std::uint64_t hash, codec::KeyKind kind, std::string_view channel) const;
  std::uint32_t AddGroup(std::uint64_t hash, codec::KeyKind kind, std::string_view channel, ShardId shard);
  const Group& group(std::uint32_t number) const { return groups_[number]; }

  /// False if there is no room: it must be written and cleared first.
  bool HasRoomFor(std::size_t entry_bytes, std::size_t channel_bytes) const;
  void Add(std::uint32_t group, const Entry& entry);
  bool empty() const { return items_.empty(); }
  void Clear();
  std::size_t memory_bytes() const { return capacity_ + group_bytes_ + items_.capacity() * kBytesOfItem; }

  void Sort();
  /// After Sort: calls visit(group, items) for each group in order; it answers a Status, which ends the visit if bad.
  template <typename Visit>
  Status VisitSorted(Visit&& visit) const;
  /// Valid until Clear.
  std::string_view EntryBytes(const Item& item) const;

 private:
  struct Added {
    Item item;
    std::uint32_t group;
  };
  struct GroupSlot {
    std::uint64_t hash = 0;
    std::uint32_t number = kNone;
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  static constexpr std::size_t kBytesOfItem = sizeof(Added) + sizeof(Item);
  static constexpr std::size_t kBytesOfGroup = sizeof(Group) + 2 * sizeof(GroupSlot) + sizeof(std::uint32_t);

  void Insert(GroupSlot slot);
  void OrderGroups();
  /// Within a group.
  void SortItems(std::span<Item> items) const;
  bool Less(const Item& a, const Item& b) const;
  Entry EntryAt(const Item& item) const { return ReadEntry(bytes_.get() + item.offset); }

  const std::size_t limit_;
  std::unique_ptr<char[]> bytes_;  // NOLINT(modernize-avoid-c-arrays): not to be zeroed
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::size_t group_bytes_ = 0;
  std::vector<Added> items_;
  std::vector<Item> sorted_;
  std::vector<Group> groups_;
  std::vector<GroupSlot> table_;      // open addressing; a power of two
  std::vector<std::uint32_t> order_;  // of the groups
};

template <typename Visit>
Status SortBuffer::VisitSorted(Visit&& visit) const {
  std::span<const Item> rest = sorted_;
  for (const std::uint32_t number : order_) {
    const Group& group = groups_[number];
    RK_TRY(visit(group, rest.first(group.rows)));
    rest = rest.subspan(group.rows);
  }
  return {};
}

}  // namespace rookery::store::bulk
