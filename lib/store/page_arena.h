// Memory for the rows of a page: grows by blocks, so that what was put there stays where it is.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <string_view>

namespace rookery::store {

/// What was copied may be read by any thread while one thread at a time copies more.
class PageArena {
 public:
  /// The first block is allocated at once.
  explicit PageArena(std::size_t first_block)
      : bytes_(first_block),
        first_(std::make_unique_for_overwrite<char[]>(first_block)),
        blocks_(first_.get(), first_block) {}

  std::string_view Copy(std::string_view bytes) {
    auto* const copy = static_cast<char*>(blocks_.allocate(bytes.size(), /*alignment=*/1));
    std::memcpy(copy, bytes.data(), bytes.size());
    used_ += bytes.size();
    return {copy, bytes.size()};
  }

  std::size_t used() const { return used_; }
  /// About what it takes from the process.
  std::size_t memory_bytes() const { return used_ <= bytes_ ? bytes_ : 2 * used_; }

 private:
  const std::size_t bytes_;
  std::size_t used_ = 0;
  std::unique_ptr<char[]> first_;
  std::pmr::monotonic_buffer_resource blocks_;
};

}  // namespace rookery::store
