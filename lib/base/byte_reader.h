// Reads what was appended as big-endian numbers and as bytes.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/big_endian.h"

namespace rookery::base {

/// Takes numbers and bytes off the front; once it has run out, all it gives is zero and empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  T Number() {
    const std::string_view bytes = Bytes(sizeof(T));
    return failed_ ? T{0} : ReadBigEndian<T>(bytes);
  }

  std::string_view Bytes(std::size_t count) {
    if (failed_ || count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  bool failed() const { return failed_; }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace rookery::base
