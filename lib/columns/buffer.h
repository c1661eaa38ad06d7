// Bytes that grow and are then handed over: what an Arrow array is filled into.
//
// From malloc, as realloc moves large blocks by their pages and copies nothing, and as the array's release frees it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace rookery::columns {

/// Move-only. Throws std::bad_alloc when there is no memory.
class Buffer {
 public:
  Buffer() = default;
  /// For handing over only. Of what all buffers share, where it is not too much.
  static Buffer Zeros(std::size_t bytes);
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Buffer() {
    if (capacity_ > 0) std::free(data_);  // NOLINT(cppcoreguidelines-no-malloc): see above
  }

  std::size_t size() const { return size_; }
  char* data() { return data_; }
  const char* data() const { return data_; }
  std::string_view view() const { return {data_, size_}; }

  void Reserve(std::size_t capacity) {
    if (capacity > capacity_) Grow(capacity);
  }
  /// `bytes` more, not initialised. Valid until the next call that grows it.
  char* Extend(std::size_t bytes) {
    if (size_ + bytes > capacity_) [[unlikely]]
      Grow(size_ + bytes);
    char* const end = data_ + size_;
    size_ += bytes;
    return end;
  }
  void Append(std::string_view bytes) {
    char* const end = Extend(bytes.size());
    if (!bytes.empty()) std::memcpy(end, bytes.data(), bytes.size());
  }
  void AppendZeros(std::size_t bytes) {
    if (bytes > 0) std::memset(Extend(bytes), 0, bytes);
  }
  template <typename Value>
  void Push(Value value) {
    std::memcpy(Extend(sizeof(value)), &value, sizeof(value));
  }

 private:
  void Grow(std::size_t at_least) {
    constexpr std::size_t kLeast = 256;
    std::size_t capacity = capacity_ < kLeast ? kLeast : capacity_ * 2;
    if (capacity < at_least) capacity = at_least;
    void* const moved = std::realloc(data_, capacity);  // NOLINT(cppcoreguidelines-no-malloc): see above
    if (moved == nullptr) throw std::bad_alloc();
    data_ = static_cast<char*>(moved);
    capacity_ = capacity;
  }

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // 0: data_ is not its own
};

inline Buffer Buffer::Zeros(std::size_t bytes) {
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

}  // namespace rookery::columns
