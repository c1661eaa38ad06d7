#include "columns/buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

namespace rookery::columns {
namespace {

constexpr std::size_t kLeast = 256;
constexpr std::size_t kLeastMapped = std::size_t{1} << 20;

bool IsMapped(std::size_t capacity) { return capacity >= kLeastMapped; }

/// More room for what is at `data`, which may be nothing.
void* Enlarged(void* data, std::size_t old_capacity, std::size_t capacity) {
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): realloc grows in place where it can
  if (!IsMapped(capacity)) return std::realloc(data, capacity);
  void* const moved = IsMapped(old_capacity)
                          ? ::mremap(data, old_capacity, capacity, MREMAP_MAYMOVE)
                          : ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (moved == MAP_FAILED) return nullptr;
  if (!IsMapped(old_capacity) && old_capacity > 0) {
    std::memcpy(moved, data, old_capacity);
    std::free(data);  // NOLINT(cppcoreguidelines-no-malloc): it was realloc's
  }
  return moved;
}

}  // namespace

Buffer Buffer::Zeros(std::size_t bytes) {
  alignas(64) static constexpr std::array<char, std::size_t{1} << 17> kZeros{};
  Buffer buffer;
  if (bytes > kZeros.size()) {
    buffer.AppendZeros(bytes);
  } else {
    // Nobody writes to what was handed over.
    buffer.data_ = const_cast<char*>(kZeros.data());
    buffer.size_ = bytes;
  }
  return buffer;
}

void Buffer::Grow(std::size_t at_least) {
  const std::size_t capacity = std::max({kLeast, capacity_ * 2, at_least});
  void* const moved = Enlarged(data_, capacity_, capacity);
  if (moved == nullptr) throw std::bad_alloc();
  data_ = static_cast<char*>(moved);
  capacity_ = capacity;
}

void Buffer::Free() {
  if (IsMapped(capacity_)) {
    ::munmap(data_, capacity_);
  } else if (capacity_ > 0) {
    std::free(data_);  // NOLINT(cppcoreguidelines-no-malloc): it was realloc's
  }
}

}  // namespace rookery::columns
