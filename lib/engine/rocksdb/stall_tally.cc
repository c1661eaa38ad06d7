#include "engine/rocksdb/stall_tally.h"

#include <algorithm>

namespace rookery::engine {

void StallTally::Set(std::string_view family, StallState state, Time now) {
  const auto known = families_.find(family);
  if (state == StallState::kNone) {
    if (known != families_.end()) families_.erase(known);
  } else if (known == families_.end()) {
    families_.emplace(family, Entry{state, now});
  } else if (known->second.state != state) {
    known->second = {state, now};
  }
  StallState worst = StallState::kNone;
  for (const auto& [name, entry] : families_) worst = std::max(worst, entry.state);
  if (worst != state_) Enter(worst, now);
}

void StallTally::Clear(Time now) {
  families_.clear();
  if (state_ != StallState::kNone) Enter(StallState::kNone, now);
}

std::string StallTally::culprit() const {
  const std::pair<const std::string, Entry>* first = nullptr;
  for (const auto& family : families_) {
    if (family.second.state != state_) continue;
    if (first == nullptr || family.second.since < first->second.since) first = &family;
  }
  return first == nullptr ? std::string() : first->first;
}

void StallTally::Enter(StallState state, Time now) {
  delayed_ = delayed(now);
  stopped_ = stopped(now);
  state_ = state;
  since_ = now;
}

}  // namespace rookery::engine
