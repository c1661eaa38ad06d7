// Stands between a scan and a sink: passes on what is wanted, counts to a limit, and comes up for breath.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "columns/predicate.h"
#include "rookery/query.h"

namespace rookery::columns {

/// Owned by one thread. `where` (null: all) and `sink` must outlive it.
class WantedRows final : public ScanSink {
 public:
  WantedRows(const Predicate* where, std::optional<std::uint64_t> limit, ScanSink* sink)
      : where_(where), sink_(sink), left_(limit.value_or(std::numeric_limits<std::uint64_t>::max())) {}

  void BeginChannel(std::string_view channel) override {
    channel_ = channel;
    sink_->BeginChannel(channel);
  }

  ScanStep Take(const MessageView& message) override {
    if (where_ == nullptr || where_->Wants({.channel = channel_, .message = message})) {
      const ScanStep step = sink_->Take(message);
      --left_;
      sink_paused_ = step == ScanStep::kPause;
      if (sink_paused_ || left_ == 0) return ScanStep::kPause;
      if (step == ScanStep::kNextChannel) return step;
    }
    return ++rows_ % kRowsBetweenBreaths == 0 ? ScanStep::kPause : ScanStep::kNext;
  }

  /// True once after the sink has paused: else the scan paused for breath, or as the limit is reached.
  bool TakeSinkPaused() { return std::exchange(sink_paused_, false); }
  bool done() const { return left_ == 0; }

 private:
  static constexpr std::uint32_t kRowsBetweenBreaths = 4096;

  const Predicate* const where_;
  ScanSink* const sink_;
  std::string_view channel_;
  std::uint64_t left_;
  std::uint32_t rows_ = 0;
  bool sink_paused_ = false;
};

}  // namespace rookery::columns
