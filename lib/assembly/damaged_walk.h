// Walks over all rows of a keyspace in order, past what cannot be read.
//
// Idea: where a cursor fails, keys further on are tried: ever further until one can be read, then between the last two
// for the first such. So a damaged block costs the rows whose keys lie within it, in all levels: an older row there may
// be one that the block had replaced.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// A stretch between two rows that were read, of which nothing could be.
struct WalkGap {
  std::string_view after;   // the last key before it; empty: there was none
  std::string_view before;  // the first key behind it; empty: there is none
  Status cause;
};

struct WalkVisitor {
  std::function<Status(std::string_view key, std::string_view value)> row;
  std::function<void(const WalkGap& gap)> gap;
};

/// An error of the visitor ends the walk. REQUIRES: nobody writes to the engine.
Status WalkPastDamage(const engine::Engine& engine, engine::KeyspaceId keyspace, const WalkVisitor& visitor);

/// The first key behind `from` that `readable` says yes to, as far as it can be found in some hundred tries: between
/// two stretches of no a short one of yes may be missed. Empty: none.
std::string FindReadable(std::string_view from, const std::function<bool(std::string_view key)>& readable);

}  // namespace rookery::assembly
