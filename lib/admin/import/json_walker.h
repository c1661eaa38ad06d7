// Walks one huge JSON document without holding it: finds an array, at the root or under a key of the root object, and
// hands out one element at a time as text, for a parser that checks it.
//
// A state machine over bytes: it only counts brackets and minds strings, so nesting costs nothing and cannot overflow a
// stack. What is too large for the buffer is skipped and announced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "admin/import/byte_stream.h"

namespace rookery::admin {

/// An element of the array, or a member of the root object that stands beside it.
struct JsonItem {
  std::string_view
      text;  // its JSON; LineReader::kPadding more bytes may be read. Empty if too large. Valid until the next Next().
  std::string_view key;      // of a member, as written; empty for elements
  std::uint64_t number = 0;  // of an element, from 1
  bool is_element = false;
  bool too_large = false;
};

/// Used by one thread.
class JsonWalker {
 public:
  static constexpr std::size_t kMaxItemBytes = std::size_t{16} << 20;

  /// Elements are those of a root array, or of the array under `array_key` of a root object. `stream` must outlive the
  /// walker.
  JsonWalker(ByteStream* stream, std::string_view array_key, std::size_t max_item_bytes = kMaxItemBytes);

  /// False at the end of the document. kCorruption, with the offset: the document is cut off, or is no JSON.
  Result<bool> Next(JsonItem* item);

 private:
  enum class Place : std::uint8_t { kStart, kRootArray, kRootObject, kInnerArray, kEnd };

  static constexpr int kNoByte = -1;
  /// The next byte, or kNoByte at the end of the stream.
  Result<int> Peek();
  void Skip() { ++at_; }
  Result<int> PeekAfterSpace();
  Status Begin();
  /// Moves to the next value of the array or object that ends with `close`. False: it ended.
  Result<bool> NextValue(char close);
  Status ReadKey();
  Status Expect(char wanted);
  /// Reads the value here into value_.
  Status ReadValue();
  Status ReadString();
  Status ReadNested();
  Status ReadScalar();
  void Keep(const char* begin, const char* end);
  void DeliverElement(JsonItem* item);
  Status Broken(std::string_view what) const;

  ByteStream* const stream_;
  const std::string array_key_;
  const std::size_t max_item_bytes_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;  // in the stream, of the buffer's first byte
  Place place_ = Place::kStart;
  bool first_ = true;  // in the array or object: no comma yet
  std::uint64_t elements_ = 0;
  std::string key_;
  std::string value_;
  bool too_large_ = false;
};

}  // namespace rookery::admin
