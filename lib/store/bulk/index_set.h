// A set of messages by their index, most often empty or nearly so: a bit for each message of the pages that hold any.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rookery::store::bulk {

/// Used by one thread.
class IndexSet {
 public:
  void Insert(std::uint64_t index) {
    const std::size_t page = index / kPageBits;
    if (page >= pages_.size()) pages_.resize(page + 1);
    if (pages_[page] == nullptr) pages_[page] = std::make_unique<Page>();
    pages_[page]->set(index % kPageBits);
  }
  bool Contains(std::uint64_t index) const {
    const std::size_t page = index / kPageBits;
    return page < pages_.size() && pages_[page] != nullptr && pages_[page]->test(index % kPageBits);
  }
  void Clear() { pages_.clear(); }

 private:
  static constexpr std::size_t kPageBits = std::size_t{1} << 15;
  using Page = std::bitset<kPageBits>;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace rookery::store::bulk
