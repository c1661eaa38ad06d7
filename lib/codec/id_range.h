// Ranges of message ids.
#pragma once

#include "rookery/types.h"

namespace rookery::codec {

/// Ids from lowest to highest, both included. Empty if highest < lowest.
struct IdRange {
  MessageId lowest;
  MessageId highest;

  bool empty() const { return highest < lowest; }
  bool contains(MessageId id) const { return lowest <= id && id <= highest; }
  friend bool operator==(const IdRange&, const IdRange&) = default;
};

/// Both ranges together and what lies between.
inline IdRange Hull(const IdRange& a, const IdRange& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {a.lowest < b.lowest ? a.lowest : b.lowest, a.highest > b.highest ? a.highest : b.highest};
}

inline IdRange Overlap(const IdRange& a, const IdRange& b) {
  return {a.lowest > b.lowest ? a.lowest : b.lowest, a.highest < b.highest ? a.highest : b.highest};
}

}  // namespace rookery::codec
