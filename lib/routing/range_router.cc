#include "routing/range_router.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "routing/route_steps.h"

namespace rookery::routing {
namespace {

std::string SplitText(const RangeTable& table, std::size_t index) {
  return "split " + std::to_string(index) + " " + base::Quoted(table.splits[index]);
}

}  // namespace

std::size_t RangeRouter::RangeOf(std::string_view channel) const {
  const auto above = std::upper_bound(table_.splits.begin(), table_.splits.end(), channel);
  return static_cast<std::size_t>(above - table_.splits.begin());
}

RouteExplanation RangeRouter::Explain(std::string_view channel) const {
  const std::size_t range = RangeOf(channel);
  const bool last = range == table_.splits.size();
  return ExplanationOf(map(), channel, table_.shards[range],
                       {{"from", range == 0 ? "the beginning" : SplitText(table_, range - 1) + " <= channel"},
                        {"to", last ? "the end" : "channel < " + SplitText(table_, range)},
                        {"range", std::to_string(range) + " of " + std::to_string(table_.shards.size())}});
}

}  // namespace rookery::routing
