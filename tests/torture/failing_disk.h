// A disk on which one call fails, or all from one on, with the error of a disk that is full or broken.
//
// Idea: calls are counted as they come, so which call of a store's the n-th one is may differ from run to run; that
// every n is tried is what counts.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "tests/support/disk_calls.h"

namespace rookery::torture {

/// What fails, and how.
struct Fault {
  enum class Kind : std::uint8_t {
    kIo,       // any call, with EIO
    kNoSpace,  // one that needs room, with ENOSPC
    kTorn,     // a write, of which half is done, with ENOSPC
    kShort,    // a write, of which half is done: it answers with that, which is no error
    kDropped,  // a write, of which nothing is done, and which answers that all is: a disk that lies
  };
  static constexpr std::size_t kKinds = 5;

  Kind kind = Kind::kIo;
  std::uint64_t call = 0;  // which of those that can fail so; 1 is the first, 0 none
  bool for_good = false;   // that one and all that come after it

  /// "EIO 712 once", and back; nullopt: it is not one.
  std::string ToLine() const;
  static std::optional<Fault> FromLine(const std::string& line);
  /// Whether the caller learns of it.
  bool tells() const { return kind != Kind::kShort && kind != Kind::kDropped; }
  /// The system's own words for the error; REQUIRES: tells().
  std::string error_text() const;
};

/// Thread-safe.
class FailingDisk final : public testing::DiskWatch {
 public:
  explicit FailingDisk(const Fault& fault) : fault_(fault) {}

  /// The first call that failed, as "write cell-0000/000004.log"; empty: none did.
  std::string failed() const;
  /// So many calls there were that a fault of this kind can be in.
  std::uint64_t calls(Fault::Kind kind) const;
  std::array<std::uint64_t, testing::DiskCall::kKinds> calls_by_kind() const;

  std::intptr_t Run(const testing::DiskCall& call, const std::function<std::intptr_t()>& go) override;

 private:
  /// Whether this one fails.
  bool Count(const testing::DiskCall& call);

  const Fault fault_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::array<std::uint64_t, Fault::kKinds> calls_{};
  std::array<std::uint64_t, testing::DiskCall::kKinds> by_kind_{};
  std::string failed_;
};

}  // namespace rookery::torture
