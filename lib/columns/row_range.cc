#include "columns/row_range.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace rookery::columns {
namespace {

/// Before all ids, so that nothing is left.
constexpr MessageId kNoId{1};

std::vector<std::string> Names(const std::vector<Literal>& literals) {
  std::vector<std::string> names;
  names.reserve(literals.size());
  for (const Literal& literal : literals) names.push_back(std::get<std::string>(literal));
  return names;
}

void NarrowToId(RowRange* range, Comparison comparison, std::int64_t literal) {
  // Ids are positive: what is below them bounds nothing from below, and everything from above.
  const auto id = MessageId{static_cast<std::uint64_t>(std::max<std::int64_t>(literal, 0))};
  const MessageId next{id.value + 1};
  switch (comparison) {
    case Comparison::kEqual:
      if (id.value == 0) return range->NarrowToBefore(kNoId);
      range->NarrowToAfter(MessageId{id.value - 1});
      return range->NarrowToBefore(next);
    case Comparison::kLess:
      return range->NarrowToBefore(id);
    case Comparison::kLessOrEqual:
      return range->NarrowToBefore(next);
    case Comparison::kGreater:
      return range->NarrowToAfter(id);
    case Comparison::kGreaterOrEqual:
      if (id.value > 0) range->NarrowToAfter(MessageId{id.value - 1});
      return;
    default:
      return;
  }
}

}  // namespace

void RowRange::NarrowToChannels(std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string& name) {
    if (!channels) return !name.starts_with(prefix);
    return std::find(channels->begin(), channels->end(), name) == channels->end();
  });
  channels = std::move(names);
  prefix.clear();
}

void RowRange::NarrowToPrefix(const std::string& name) {
  if (channels) {
    std::erase_if(*channels, [&](const std::string& channel) { return !channel.starts_with(name); });
  } else if (name.starts_with(prefix)) {
    prefix = name;
  } else if (!prefix.starts_with(name)) {
    channels.emplace();  // no name begins with both
    prefix.clear();
  }
}

void RowRange::NarrowToAfter(MessageId id) { after = after ? std::max(*after, id) : id; }
void RowRange::NarrowToBefore(MessageId id) { before = before ? std::min(*before, id) : id; }

void RowRange::Narrow(const Predicate& predicate) {
  switch (predicate.kind()) {
    case Predicate::Kind::kAnd:
      for (const Predicate& part : predicate.parts()) Narrow(part);
      return;
    case Predicate::Kind::kIn:
      // No channel has an empty name, or one that is too long: a scan would refuse them.
      if (predicate.column().field == Field::kChannel) NarrowToChannels(Names(predicate.literals()));
      break;
    case Predicate::Kind::kCompare: {
      const Literal& literal = predicate.literals()[0];
      if (predicate.column().field == Field::kId) {
        NarrowToId(this, predicate.comparison(), std::get<std::int64_t>(literal));
      } else if (predicate.column().field == Field::kChannel) {
        if (predicate.comparison() == Comparison::kEqual) NarrowToChannels(Names({literal}));
        if (predicate.comparison() == Comparison::kStartsWith) NarrowToPrefix(std::get<std::string>(literal));
      }
      break;
    }
    default:
      return;
  }
  const auto impossible = [](const std::string& name) { return name.empty() || name.size() > kMaxChannelBytes; };
  if (channels) std::erase_if(*channels, impossible);
  if (prefix.size() > kMaxChannelBytes) {
    channels.emplace();
    prefix.clear();
  }
}

ScanQuery RowRange::ToScan(Order order, std::optional<ShardId> shard) const {
  return {.channels = channels,
          .prefix = prefix,
          .before = before,
          .after = after,
          .order = order,
          .shard = shard,
          .missing_cells = missing_cells};
}

}  // namespace rookery::columns
