// Tells the caller of an import how far it is, about ten times a second, and hears when to stop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "admin/import.h"
#include "admin/import/byte_stream.h"
#include "rookery/bulk_loader.h"

namespace rookery::admin {

/// Used by one thread.
class ProgressMeter {
 public:
  ProgressMeter(const std::function<bool(const ImportProgress&)>& callback, const ImportReport& report)
      : callback_(callback), report_(report) {}

  void SetTotal(std::uint64_t bytes) { progress_.total_bytes = bytes; }
  /// `path` must live until the next call.
  void BeginFile(std::string_view path) { progress_.path = path; }
  /// kInterrupted when the caller wants to stop.
  Status Consumed(std::uint64_t bytes);
  /// How far a bulk load is. False: stop it.
  bool Bulk(const BulkProgress& now);
  std::uint64_t bytes() const { return progress_.bytes; }

  /// `stream`, but what is read from it is told to this meter, which must outlive it.
  std::unique_ptr<ByteStream> Watch(std::unique_ptr<ByteStream> stream);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  const std::function<bool(const ImportProgress&)>& callback_;
  const ImportReport& report_;
  ImportProgress progress_;
  SteadyTime last_call_{};
};

}  // namespace rookery::admin
