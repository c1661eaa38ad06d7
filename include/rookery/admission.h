// Admission: how much a store takes in, per second, as a whole and from each group of channels. docs/writing.md
// explains how limits are shared.
//
// Over a limit a write answers kBusy at once, never waits, and Status::retry_after says after how long the same call
// succeeds if nobody else comes meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rookery/export.h"

namespace rookery {

/// Rates, and how much may come at once after a quiet time. At least 1; absent: no limit.
struct AdmissionLimit {
  std::optional<std::uint64_t> posts_per_second = {};
  std::optional<std::uint64_t> bytes_per_second = {};  // of messages, edits and records: names, texts and values
  std::optional<std::uint64_t> burst_posts = {};       // default: what comes in a second
  std::optional<std::uint64_t> burst_bytes = {};       // default: what comes in a second

  bool limits_anything() const { return posts_per_second || bytes_per_second; }
};

/// The channels whose names begin with `prefix` and with no longer one that is given.
struct PrefixAdmission {
  std::string prefix;
  AdmissionLimit limit = {};  // of its own, beside the store's
  /// While more is wanted than the store takes, each prefix gets of it in proportion to its weight, and what one leaves
  /// is lent to the others. Channels with no prefix have a weight of 1 together. 1 to 1000.
  std::uint32_t weight = 1;
};

/// Of posts, batches, edits and records; deletions are always admitted.
struct AdmissionOptions {
  AdmissionLimit store = {};
  std::vector<PrefixAdmission> prefixes = {};  // at most 64

  ROOKERY_EXPORT bool limits_anything() const;
};

/// Counted since the store was opened: calls, not messages.
struct PrefixAdmissionStats {
  std::string prefix;  // empty: channels with none of the prefixes
  std::uint64_t admitted = 0;
  std::uint64_t refused = 0;
};

struct AdmissionStats {
  std::uint64_t admitted = 0;
  std::uint64_t refused = 0;
  /// In the order of the options, then that of the channels with no prefix; empty without limits. A batch counts for
  /// each of its prefixes.
  std::vector<PrefixAdmissionStats> prefixes;
};

}  // namespace rookery
