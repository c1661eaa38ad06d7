// CellOptions::Validate, and the names of states.
#include <algorithm>
#include <string>

#include "base/macros.h"
#include "base/text.h"
#include "rookery/cells.h"
#include "rookery/types.h"
#include "routing/shard_map.h"
#include "store/memory_plan.h"

namespace rookery {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxPrefixes = 64;

Status Bad(std::string_view field, std::string_view what) {
  return {StatusCode::kInvalidArgument, std::string(field) + " " + std::string(what)};
}

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && IsLetterOrDigit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsLetterOrDigit(c) || c == '-' || c == '_'; });
}

}  // namespace

std::string_view CellStateName(CellState state) {
  switch (state) {
    case CellState::kOpen:
      return "open";
    case CellState::kReadOnly:
      return "read-only";
    case CellState::kQuarantined:
      return "quarantined";
  }
  return "unknown";
}

Status CellOptions::Validate() const {
  if (!IsName(name)) {
    return Bad("name", "is " + base::Quoted(name) +
                           "; it is 1 to 64 of a-z, 0-9, '-' and '_', the first one a letter or a digit");
  }
  if (name == kMainCell) return Bad("name", "is \"main\", which every store has; choose another one");
  if (directory.find('\0') != std::string::npos) return Bad("directory", "has a byte 0 in it");
  if (prefixes.size() > kMaxPrefixes) return Bad("prefixes", "are more than 64");
  for (auto prefix = prefixes.begin(); prefix != prefixes.end(); ++prefix) {
    if (prefix->empty() || prefix->size() > kMaxChannelBytes) return Bad("prefixes", "must be of 1 to 1024 bytes each");
    if (std::find(prefixes.begin(), prefix, *prefix) != prefix) {
      return Bad("prefixes", "have " + base::Quoted(*prefix) + " twice");
    }
  }
  if (memory < store::kMinMemory) return Bad("memory", "must be at least 8 MiB");
  if (routing) RK_TRY(routing::ValidateRouting(*routing));
  return {};
}

}  // namespace rookery
