// What some threads did to a few messages at the same time, and whether a store can have answered so.
//
// The object is all messages of a history together, and not each by itself: a page, and many messages that are read at
// once, are of one moment, and a batch is seen as a whole (docs/cache.md, "Never stale").
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/torture/linearizability.h"

namespace rookery::torture {

/// A message as it was found: which write it has, and its version.
struct Seen {
  std::uint64_t version = 0;  // 0: it is not there
  std::uint64_t value = 0;    // of a post or edit: each has another one

  friend constexpr auto operator<=>(const Seen&, const Seen&) = default;  // NOLINT(modernize-use-nullptr): not a null
};

inline constexpr std::size_t kMostSlots = 6;
/// All messages that a history is about, by number.
using Slots = std::array<Seen, kMostSlots>;

struct ChatCall {
  enum class Kind : std::uint8_t { kPost, kEdit, kDelete, kRead, kPage };
  enum class Answer : std::uint8_t {
    kDone,
    kRefused,  // a post: it is there; an edit or deletion: it has another version
    kAbsent,
  };

  Interval time = {};
  std::size_t thread = 0;
  Kind kind = Kind::kRead;
  std::vector<std::size_t> slots = {};         // of a page: all of its channel, newest first
  std::uint64_t value = 0;                     // of the first message that is written; then one more each
  std::optional<std::uint64_t> expected = {};  // version
  std::size_t limit = 0;                       // of a page
  Answer answer = Answer::kDone;
  std::uint64_t version = 0;                            // that an edit made, or that was there when it was refused
  std::vector<Seen> found = {};                         // of a read: slot for slot
  std::vector<std::pair<std::size_t, Seen>> page = {};  // slots, in its order

  std::string ToString() const;
};

/// The state after the call; nullopt: it cannot have answered so.
std::optional<Slots> Step(const ChatCall& call, Slots slots);

/// Empty if there is an order. Else the calls, by when they began, and those for which no place was found.
std::string CheckLinearizable(const std::vector<ChatCall>& calls);

}  // namespace rookery::torture
