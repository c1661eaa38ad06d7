// Bytes that grow and are then handed over: what an Arrow array is filled into.
//
// Small buffers are malloc's. Large ones are mapped: they grow without a copy, and go back to the system when they are
// freed, where an allocator that is shared by threads would keep holes of their size.
#pragma once

#include <cstddef>
#include <cstring>
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
  ~Buffer() { Free(); }

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
  void Grow(std::size_t at_least);
  void Free();

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // 0: data_ is not its own
};

}  // namespace rookery::columns
