// Whether calls that overlapped can be put into one order that explains all their answers: each call at one moment
// between its beginning and its end.
//
// J. M. Wing, C. Gong, "Testing and Verifying Concurrent Objects", J. Parallel Distrib. Comput. 17, 1993: the search.
// G. Lowe, "Testing for linearizability", Concurrency Computat.: Pract. Exper. 29(4), 2017: remembering the pairs of
// calls done and state reached, so that none is searched twice.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace rookery::torture {

/// When a call was made and when it answered, by one clock that never says the same twice.
struct Interval {
  std::uint64_t invoked = 0;
  std::uint64_t returned = 0;
};

inline constexpr std::size_t kMostCalls = 64;

/// Searches for the order. `State`: a value with operator<. `Step(call, state)`: the state after the call, nullopt if
/// it cannot have answered as it did in that state.
template <typename State, typename Step>
class LinearizabilityChecker {
 public:
  /// REQUIRES: at most kMostCalls intervals; they and `step` outlive the checker.
  LinearizabilityChecker(std::span<const Interval> calls, const Step& step) : calls_(calls), step_(step) {}

  bool Check(const State& initial) { return Search(0, initial); }
  /// The calls of the longest order that was found to explain its own answers: where a violation is to be looked for.
  const std::vector<std::size_t>& longest() const { return longest_; }

 private:
  using Calls = std::uint64_t;  // a bit each

  static constexpr Calls Bit(std::size_t call) { return Calls{1} << call; }
  bool Done(Calls done, std::size_t call) const { return (done & Bit(call)) != 0; }

  bool Search(Calls done, const State& state) {
    // Only what began before every call that is left had ended can be the next one.
    std::uint64_t first_end = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (!Done(done, i)) first_end = std::min(first_end, calls_[i].returned);
    }
    if (order_.size() > longest_.size()) longest_ = order_;
    if (order_.size() == calls_.size()) return true;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (Done(done, i) || calls_[i].invoked > first_end) continue;
      std::optional<State> next = step_(i, state);
      if (!next || !seen_.emplace(done | Bit(i), *next).second) continue;
      order_.push_back(i);
      if (Search(done | Bit(i), *next)) return true;
      order_.pop_back();
    }
    return false;
  }

  const std::span<const Interval> calls_;
  const Step& step_;
  std::set<std::pair<Calls, State>> seen_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> longest_;
};

}  // namespace rookery::torture
