// Memory for the texts of messages that wait: handed out front to back, given back all at once.
//
// Idea: a producer's copy costs no allocation, because chunks are kept from one use to the next; what a burst took
// beyond kKeptBytes goes back to the system.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace rookery::ingest {

/// Owned by one thread at a time. What was handed out stays where it is when the arena is moved.
class TextArena {
 public:
  static constexpr std::size_t kFirstChunk = std::size_t{4} << 10;
  static constexpr std::size_t kLargestChunk = std::size_t{64} << 10;
  static constexpr std::size_t kKeptBytes = std::size_t{256} << 10;

  /// REQUIRES: bytes <= kFirstChunk.
  char* Allocate(std::size_t bytes) {
    if (bytes > left_) NextChunk();
    left_ -= bytes;
    return chunks_[current_].memory.get() + chunks_[current_].bytes - left_ - bytes;
  }

  /// Everything that was handed out is free again.
  void Clear() {
    while (bytes_ > kKeptBytes) {
      bytes_ -= chunks_.back().bytes;
      chunks_.pop_back();
    }
    current_ = 0;
    left_ = chunks_.empty() ? 0 : chunks_.front().bytes;
  }

  /// Of its chunks.
  std::size_t memory_bytes() const { return bytes_; }

 private:
  struct Chunk {
    std::unique_ptr<char[]> memory;
    std::size_t bytes;
  };

  void NextChunk() {
    if (!chunks_.empty()) ++current_;
    if (current_ == chunks_.size()) {
      const std::size_t bytes = std::min(kFirstChunk << std::min<std::size_t>(current_, 8), kLargestChunk);
      chunks_.push_back({std::make_unique_for_overwrite<char[]>(bytes), bytes});
      bytes_ += bytes;
    }
    left_ = chunks_[current_].bytes;
  }

  std::vector<Chunk> chunks_;
  std::size_t current_ = 0;  // the chunk that is handed out from
  std::size_t left_ = 0;     // of it, in bytes
  std::size_t bytes_ = 0;
};

}  // namespace rookery::ingest
