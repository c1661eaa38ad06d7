#include "store/bulk/sort_buffer.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/big_endian.h"

namespace rookery::store::bulk {
namespace {

constexpr std::size_t kFirstTableSize = 1024;
constexpr std::size_t kFirstBytes = std::size_t{64} << 10;
constexpr std::size_t kPrefixOverhead = 3;  // the kind and the end of a name without zero bytes

bool IsPrefixOf(const SortBuffer::Group& group, codec::KeyKind kind, std::string_view channel) {
  if (group.kind != kind) return false;
  if (group.prefix.size() == channel.size() + kPrefixOverhead) {
    return std::string_view(group.prefix).substr(1, channel.size()) == channel;
  }
  return group.prefix == codec::ChannelPrefix(kind, channel);
}

}  // namespace

std::optional<std::uint32_t> SortBuffer::FindGroup(std::uint64_t hash, codec::KeyKind kind,
                                                   std::string_view channel) const {
  if (table_.empty()) return std::nullopt;
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = hash & mask; table_[i].number != kNone; i = (i + 1) & mask) {
    if (table_[i].hash == hash && IsPrefixOf(groups_[table_[i].number], kind, channel)) return table_[i].number;
  }
  return std::nullopt;
}

std::uint32_t SortBuffer::AddGroup(std::uint64_t hash, codec::KeyKind kind, std::string_view channel, ShardId shard) {
  const auto number = static_cast<std::uint32_t>(groups_.size());
  groups_.push_back({.prefix = codec::ChannelPrefix(kind, channel), .shard = shard, .kind = kind, .rows = 0});
  group_bytes_ += kBytesOfGroup + groups_.back().prefix.capacity();
  if (2 * groups_.size() > table_.size()) {
    const std::vector<GroupSlot> before = std::exchange(table_, {});
    table_.resize(std::max(kFirstTableSize, 2 * before.size()));
    for (const GroupSlot& slot : before) {
      if (slot.number != kNone) Insert(slot);
    }
  }
  Insert({hash, number});
  return number;
}

void SortBuffer::Insert(GroupSlot slot) {
  const std::size_t mask = table_.size() - 1;
  std::size_t i = slot.hash & mask;
  while (table_[i].number != kNone) i = (i + 1) & mask;
  table_[i] = slot;
}

bool SortBuffer::HasRoomFor(std::size_t entry_bytes, std::size_t channel_bytes) const {
  if (items_.empty()) return true;
  const std::size_t rows = (items_.size() + 1) * kBytesOfItem;
  return used_ + entry_bytes + rows + group_bytes_ + kBytesOfGroup + channel_bytes <= limit_;
}

void SortBuffer::Add(std::uint32_t group, const Entry& entry) {
  const std::size_t size = EntryHeader::SizeOf(entry);
  if (used_ + size > capacity_) {
    // Above the limit only for a row that is larger than it.
    const std::size_t capacity = std::max(std::min(limit_, std::max(2 * capacity_, kFirstBytes)), used_ + size);
    std::unique_ptr<char[]> bytes(new char[capacity]);  // NOLINT(modernize-avoid-c-arrays)
    std::copy_n(bytes_.get(), used_, bytes.get());
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }
  WriteEntry(entry, bytes_.get() + used_);
  items_.push_back({{base::HeadOf(entry.rest), used_}, group});
  ++groups_[group].rows;
  used_ += size;
}

std::string_view SortBuffer::EntryBytes(const Item& item) const {
  const char* const begin = bytes_.get() + item.offset;
  return {begin, EntryHeader::At(begin).size()};
}

void SortBuffer::Clear() {
  if (capacity_ > limit_) {
    bytes_ = nullptr;
    capacity_ = 0;
  }
  used_ = 0;
  group_bytes_ = 0;
  items_.clear();
  sorted_.clear();
  groups_.clear();
  table_.clear();
  order_.clear();
}

void SortBuffer::Sort() {
  OrderGroups();
  std::vector<std::size_t> next(groups_.size());  // where the next row of a group goes
  std::size_t begin = 0;
  for (const std::uint32_t number : order_) {
    next[number] = begin;
    begin += groups_[number].rows;
  }
  sorted_.resize(items_.size());
  for (const Added& added : items_) sorted_[next[added.group]++] = added.item;
  std::span<Item> rest = sorted_;
  for (const std::uint32_t number : order_) {
    SortItems(rest.first(groups_[number].rows));
    rest = rest.subspan(groups_[number].rows);
  }
}

void SortBuffer::OrderGroups() {
  order_.resize(groups_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return std::tie(groups_[a].shard, groups_[a].prefix) < std::tie(groups_[b].shard, groups_[b].prefix);
  });
}

void SortBuffer::SortItems(std::span<Item> items) const {
  const auto not_falling = [](const Item& a, const Item& b) { return a.head <= b.head; };
  // Ids that rise, as most do, give keys that fall.
  if (std::adjacent_find(items.begin(), items.end(), not_falling) == items.end()) {
    std::reverse(items.begin(), items.end());
    return;
  }
  std::sort(items.begin(), items.end(), [this](const Item& a, const Item& b) { return Less(a, b); });
}

bool SortBuffer::Less(const Item& a, const Item& b) const {
  if (a.head != b.head) return a.head < b.head;
  const Entry first = EntryAt(a);
  const Entry second = EntryAt(b);
  if (first.rest != second.rest) return first.rest < second.rest;
  return first.rank() < second.rank();
}

}  // namespace rookery::store::bulk
