// What a round with a failing disk came to, as a line between the process that played it and the rig.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/torture/failing_disk.h"

namespace rookery::torture {

struct RoundResult {
  Fault fault;
  bool died = false;  // RocksDB ended the process
  std::uint64_t errors = 0;
  std::uint64_t acknowledged = 0;  // steps
  std::array<std::uint64_t, Fault::kKinds> calls{};
  std::array<std::uint64_t, testing::DiskCall::kKinds> calls_by_kind{};
  std::string failed;  // the call; empty: none did, or the process was ended
  std::string wrong;   // empty: nothing

  /// As the numbers of `calls` and `calls_by_kind` in turn.
  void TakeCounts(const std::string& numbers);
  std::string ToLine() const;
  static std::optional<RoundResult> FromLine(const std::string& line);
};

}  // namespace rookery::torture
