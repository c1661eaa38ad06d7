// Retention: what may stay in a channel, by age, number and bytes, and what was removed for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/types.h"

namespace rookery {

/// What a channel may keep. What is left out is not limited. The oldest messages go first, by the order of their ids.
struct RetentionLimits {
  std::optional<std::chrono::milliseconds> max_age = {};  // by the time that the id tells; at least 1 ms
  std::optional<std::uint64_t> max_messages = {};         // at least 1
  std::optional<std::uint64_t> max_bytes = {};            // as ChannelSize::bytes; at least 1

  bool empty() const { return !max_age && !max_messages && !max_bytes; }
  friend bool operator==(const RetentionLimits&, const RetentionLimits&) = default;
};

/// Which channels a rule is for. For each channel exactly one rule holds, the most particular: its own, else that of
/// the longest prefix, else the store's.
enum class RetentionScope : std::uint8_t { kStore = 0, kPrefix = 1, kChannel = 2 };

struct RetentionRule {
  RetentionScope scope = RetentionScope::kStore;
  std::string name = {};  // of the channel, or the prefix; empty for the store
  RetentionLimits limits = {};

  friend bool operator==(const RetentionRule&, const RetentionRule&) = default;
};

/// What one run removes from one channel, or would remove.
struct ChannelTrim {
  std::string_view channel;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  MessageId kept_from;  // the first id that stays
};

struct RetentionOptions {
  bool dry_run = false;  // remove nothing, say what would be
  /// On average; up to some 8,000 of a channel go at once. 0: as fast as can be.
  std::uint64_t max_messages_per_second = 0;
  /// Called from the calling thread after each channel that had too much. Return false to stop after it: the run then
  /// answers kInterrupted. What was removed stays so.
  std::function<bool(const ChannelTrim& trim)> progress = {};
};

struct RetentionReport {
  std::uint64_t channels = 0;  // looked at
  std::uint64_t trimmed = 0;   // channels that had too much
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
};

}  // namespace rookery
