// A page as a hand-written reader would keep it: the values behind each other in one buffer, allocated for this page.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/contender.h"
#include "rookery/types.h"

namespace rookery::bench {

class ArenaPage {
 public:
  explicit ArenaPage(std::size_t limit) {
    constexpr std::size_t kUsualPage = 64;
    constexpr std::size_t kUsualRowBytes = 256;
    const std::size_t rows = std::min(limit, kUsualPage);
    entries_.reserve(rows);
    bytes_.reserve(rows * kUsualRowBytes);
  }

  void Add(MessageId id, std::string_view value) {
    entries_.push_back({id, bytes_.size(), value.size()});
    bytes_.append(value);
  }

  std::size_t size() const { return entries_.size(); }
  MessageId id(std::size_t row) const { return entries_[row].id; }
  std::string_view value(std::size_t row) const {
    return std::string_view(bytes_).substr(entries_[row].offset, entries_[row].size);
  }

  std::uint64_t Checksum() const {
    IdChecksum checksum;
    for (const Entry& entry : entries_) checksum.Add(entry.id);
    return checksum.sum();
  }

 private:
  struct Entry {
    MessageId id;
    std::size_t offset;
    std::size_t size;
  };
  std::vector<Entry> entries_;
  std::string bytes_;
};

}  // namespace rookery::bench
