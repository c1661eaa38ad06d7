// Messages that wait to be posted together, with the bytes that they refer to.
//
// Importers hand over views into buffers that they use again; the batch copies them into an arena that is kept from
// batch to batch, so that a message in flight costs no allocation of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "rookery/message.h"

namespace rookery::admin {

/// Where in a file something stands: a line, an element of a JSON array or a byte.
struct Position {
  std::uint64_t number = 0;
  std::string_view unit = "byte";  // a literal
};
inline Position AtLine(std::uint64_t number) { return {number, "line"}; }
inline Position AtElement(std::uint64_t number) { return {number, "element"}; }
inline Position AtByte(std::uint64_t offset) { return {offset, "byte"}; }

/// Where a message came from.
struct Origin {
  std::shared_ptr<const std::string> path;
  Position position;
};

/// Used by one thread.
class PendingBatch {
 public:
  /// Copies the message with all that it refers to.
  void Add(const NewMessage& message, Origin origin);
  void Clear();

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return bytes_; }
  std::span<const NewMessage> messages() const { return std::span(messages_).first(size_); }
  const Origin& origin(std::size_t index) const { return origins_[index]; }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

  std::string_view Keep(std::string_view bytes);

  std::vector<NewMessage> messages_;  // past size_: used again, for the memory of their attributes
  std::vector<Origin> origins_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;  // NOLINT(modernize-avoid-c-arrays)
  std::size_t blocks_used_ = 0;
  std::size_t block_bytes_ = kBlockBytes;       // used of the block before blocks_used_
  std::vector<std::unique_ptr<char[]>> large_;  // NOLINT(modernize-avoid-c-arrays): one for each long text
};

}  // namespace rookery::admin
