// A row on its way through a bulk load, as it lies in the sorting buffer and in runs: a header of fixed size, what the
// row's key has behind its channel's prefix, and the value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rookery::store::bulk {

enum EntryFlag : std::uint8_t {
  kMadeId = 1U << 0,           // by the store: it gives way to one that a message brought
  kNextFreeId = 1U << 1,       // takes the next free id if its own is taken
  kTimeGiven = 1U << 2,        // created_at came with the message
  kNonceRemembered = 1U << 3,  // there is an entry for its nonce
};

/// Views of an entry's bytes.
struct Entry {
  std::string_view rest = {};   // of the key, behind the channel's prefix
  std::string_view value = {};  // of a message: its row; of a nonce: 8 bytes, the message's id
  std::uint64_t index = 0;      // of the message: how many were added before
  std::uint64_t tag = 0;
  std::uint8_t flags = 0;

  bool has(EntryFlag flag) const { return (flags & flag) != 0; }
  /// Of two entries with one key the one with the lower rank has it.
  std::uint64_t rank() const { return (has(kMadeId) ? std::uint64_t{1} << 63 : 0) | index; }
};

/// The bytes in front of rest and value. In memory and files of one process only, so in its own byte order.
struct EntryHeader {
  std::uint64_t index;
  std::uint64_t tag;
  std::uint32_t value_size;
  std::uint16_t rest_size;
  std::uint8_t flags;
  std::uint8_t unused;

  static std::size_t SizeOf(const Entry& entry) { return sizeof(EntryHeader) + entry.rest.size() + entry.value.size(); }
  std::size_t size() const { return sizeof(EntryHeader) + rest_size + value_size; }
  static EntryHeader At(const char* bytes) {
    EntryHeader header;
    std::memcpy(&header, bytes, sizeof(header));
    return header;
  }
};

/// Writes SizeOf(entry) bytes.
inline void WriteEntry(const Entry& entry, char* to) {
  const EntryHeader header{.index = entry.index,
                           .tag = entry.tag,
                           .value_size = static_cast<std::uint32_t>(entry.value.size()),
                           .rest_size = static_cast<std::uint16_t>(entry.rest.size()),
                           .flags = entry.flags,
                           .unused = 0};
  std::memcpy(to, &header, sizeof(header));
  std::memcpy(to + sizeof(header), entry.rest.data(), entry.rest.size());
  std::memcpy(to + sizeof(header) + entry.rest.size(), entry.value.data(), entry.value.size());
}

/// REQUIRES: a whole entry is there.
inline Entry ReadEntry(const char* bytes) {
  const EntryHeader header = EntryHeader::At(bytes);
  const char* const rest = bytes + sizeof(header);
  return {.rest = {rest, header.rest_size},
          .value = {rest + header.rest_size, header.value_size},
          .index = header.index,
          .tag = header.tag,
          .flags = header.flags};
}

}  // namespace rookery::store::bulk
