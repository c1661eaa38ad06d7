// Who may write how much: the buckets of a store's admission limits, asked before a write takes a lock.
//
// Invariant: a call takes from all buckets that it needs, or from none; one that is refused has taken nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rookery/admission.h"
#include "rookery/clock.h"
#include "rookery/message.h"
#include "rookery/status.h"
#include "store/shared_bucket.h"
#include "store/token_bucket.h"

namespace rookery::store {

/// What a write asks for.
struct WriteWeight {
  double posts = 0;
  double bytes = 0;
};

/// Its names and texts.
std::size_t BytesOf(const NewMessage& message);
std::size_t BytesOf(const MessageEdit& edit);

/// Thread-safe.
class Admission {
 public:
  /// Null if nothing is limited. `clock`: absent, time that never steps.
  static std::unique_ptr<Admission> New(const AdmissionOptions& options, std::shared_ptr<const Clock> clock);

  /// OK, or kBusy with retry_after.
  Status Admit(std::string_view channel, const WriteWeight& weight);
  /// All of them or none.
  Status Admit(std::span<const NewMessage> messages);
  /// These were admitted, and not written: what they took is for others.
  void GiveBack(std::span<const NewMessage> messages);

  AdmissionStats Stats() const;

 private:
  using Time = TokenBucket::Time;
  /// One of the prefixes, or the rest.
  struct Group {
    std::string prefix;
    std::optional<TokenBucket> posts;
    std::optional<TokenBucket> bytes;
    std::uint64_t admitted = 0;
    std::uint64_t refused = 0;
  };
  struct Demand {
    std::size_t group;
    WriteWeight weight;
  };
  class Shares;

  Admission(const AdmissionOptions& options, std::shared_ptr<const Clock> clock);
  std::size_t GroupOf(std::string_view channel) const;
  Time Now() const;
  /// What these messages ask for: one demand a group.
  std::vector<Demand> DemandsOf(std::span<const NewMessage> messages) const;
  Status AdmitAll(std::span<const Demand> demands);
  bool HaveAll(std::span<const Demand> demands, Time now);
  void TakeAll(std::span<const Demand> demands);
  /// Until HaveAll, if nobody else comes.
  Time UntilAll(std::span<const Demand> demands, Time now) const;

  const std::shared_ptr<const Clock> clock_;
  std::vector<std::pair<std::string, std::size_t>> by_length_;  // longest prefix first -> group

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Group> groups_;  // as in the options; the last is the rest
  std::optional<SharedBucket> posts_;
  std::optional<SharedBucket> bytes_;
  std::uint64_t admitted_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace rookery::store
