// xxh3 of bytes, at once or as they come.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "rookery/attachment.h"

namespace rookery::codec {

/// xxh3-128.
Checksum128 ChecksumOf(std::string_view bytes);
/// The low half of xxh3-64: enough to find damage, not to tell contents apart.
std::uint32_t ShortChecksumOf(std::string_view bytes);

/// The same of bytes that come in parts. Owned by one thread.
class RunningChecksum {
 public:
  RunningChecksum();
  ~RunningChecksum();
  RunningChecksum(RunningChecksum&&) noexcept;
  RunningChecksum& operator=(RunningChecksum&&) noexcept;

  void Add(std::string_view bytes);
  /// Of what was added so far.
  Checksum128 value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rookery::codec
