#include "engine/memory/versioned_map.h"

#include <algorithm>
#include <utility>

namespace rookery::engine {
namespace {

/// The first version that a reader at `at` does not see yet.
VersionedMap::Versions::const_iterator FirstAfter(const VersionedMap::Versions& versions, Sequence at) {
  return std::upper_bound(
      versions.begin(), versions.end(), at,
      [](Sequence sequence, const VersionedMap::Version& version) { return sequence < version.sequence; });
}

}  // namespace

SharedValue VersionedMap::VisibleIn(const Versions& versions, Sequence at) {
  const auto after = FirstAfter(versions, at);
  return after == versions.begin() ? nullptr : std::prev(after)->value;
}

SharedValue VersionedMap::Find(std::string_view key, Sequence at) const {
  const auto row = rows_.find(key);
  return row == rows_.end() ? nullptr : VisibleIn(row->second, at);
}

void VersionedMap::Set(std::string_view key, SharedValue value, Sequence sequence) {
  auto row = rows_.find(key);
  if (row == rows_.end()) {
    if (value == nullptr) return;
    row = rows_.emplace(key, Versions{}).first;
  }
  Versions& versions = row->second;
  if (!versions.empty() && versions.back().sequence == sequence) {
    versions.back().value = std::move(value);
  } else {
    versions.push_back({sequence, std::move(value)});
  }
}

void VersionedMap::Prune(std::string_view key, Sequence oldest) {
  const auto row = rows_.find(key);
  if (row == rows_.end()) return;
  Versions& versions = row->second;
  const auto after = FirstAfter(versions, oldest);
  if (after != versions.begin()) versions.erase(versions.begin(), std::prev(after));
  // A deletion that every reader sees says no more than the key's absence.
  if (versions.front().value == nullptr && versions.front().sequence <= oldest) versions.erase(versions.begin());
  if (versions.empty()) rows_.erase(row);
}

}  // namespace rookery::engine
