// Messages of one channel that want each other's ids: who gets which.
//
// Most messages of a load have their id for themselves. Where two want the same, and one of them may take the next free
// one, it may displace a third; then all messages in reach are taken together, in the order in which they were added,
// and each takes the first id that is free, as if they had been posted one after the other. Ids that the store made
// come last: nobody asked for just them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/status.h"
#include "rookery/types.h"
#include "store/bulk/entry.h"

namespace rookery::store::bulk {

/// Ids from lowest to highest.
struct IdRange {
  std::uint64_t lowest = 0;
  std::uint64_t highest = 0;
};

/// Which ids of which channels have to be looked at together. Grows from pass to pass. Used by one thread.
class Tangles {
 public:
  bool empty() const { return ranges_.empty(); }
  /// Null: none in that channel. Disjoint, the highest first.
  const std::vector<IdRange>* In(const std::string& prefix) const;

  /// A message cannot have the id; look at it with what is above it. kUnsupported: there are too many.
  Status Note(const std::string& prefix, MessageId id);
  /// A message found no free id in the range.
  void Widen(const std::string& prefix, const IdRange& range);
  /// True if something was noted since the last time; brings the ranges in order.
  bool Grown();

 private:
  using Ranges = std::map<std::string, std::vector<IdRange>, std::less<>>;

  Ranges ranges_;
  Ranges noted_;           // since Grown
  std::size_t count_ = 0;  // of both; a range and what it is widened to are one
};

/// A message that wants an id.
struct Claim {
  MessageId id;
  std::string row;
  std::uint64_t index = 0;
  std::uint64_t tag = 0;
  std::uint8_t flags = 0;

  bool has(EntryFlag flag) const { return (flags & flag) != 0; }
  std::uint64_t rank() const { return Entry{.index = index, .flags = flags}.rank(); }
};

/// What becomes of claims, by their number.
struct Settlement {
  std::map<std::uint64_t, std::size_t, std::greater<>> written;  // by id, the highest first
  std::vector<std::size_t> existed;
  std::vector<std::pair<std::size_t, MessageId>> refused;  // and the id that was taken
  bool out_of_reach = false;                               // a claim found no free id in the range
};

/// `stored`: the stored row with an id, nullopt if there is none. Rows of claims that move are written anew if their
/// time depends on their id. An error is that of `stored`, or kCorruption.
Result<Settlement> Settle(std::vector<Claim>* claims, const IdRange& range, Timestamp epoch,
                          const std::function<Result<std::optional<std::string>>(MessageId)>& stored);

/// The row of a message, now with another id. `time_matters`: its time is not just that of its id.
std::string RowWithId(std::string row, MessageId before, MessageId after, bool time_matters, Timestamp epoch);

}  // namespace rookery::store::bulk
