// xxh3-128 of bytes, at once or as they come.
#pragma once

#include <memory>
#include <string_view>

#include "rookery/attachment.h"

namespace rookery::codec {

Checksum128 ChecksumOf(std::string_view bytes);

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
