#include "columns/message_query.h"

#include <chrono>

namespace rookery::columns {
namespace {

/// The first id that a message of that time can have; the last there is for times that no id can hold.
MessageId FirstIdAt(Timestamp time, Timestamp epoch) {
  constexpr std::chrono::milliseconds kLast{MessageId::kMax >> MessageId::kTimeShift};
  if (time <= epoch) return MessageId{1};
  if (time > epoch + kLast) return MessageId{MessageId::kMax + 1};
  return MessageId{static_cast<std::uint64_t>((time - epoch).count()) << MessageId::kTimeShift};
}

}  // namespace

QueryPlan PlanOf(const MessageQuery& query, Timestamp epoch) {
  QueryPlan plan{.range = query.range, .order = query.order.value_or(Order::kNewestFirst)};
  if (query.since) plan.range.NarrowToAfter(MessageId{FirstIdAt(*query.since, epoch).value - 1});
  if (query.until) plan.range.NarrowToBefore(FirstIdAt(*query.until, epoch));
  if (query.where) plan.range.Narrow(*query.where);

  const auto& channels = plan.range.channels;
  plan.empty = query.limit == std::uint64_t{0} || (channels && channels->empty());
  const bool one_channel = channels && channels->size() <= 1;
  if (query.order && !one_channel) {
    plan.visits = Visits::kMerged;
  } else if (query.limit || one_channel) {
    plan.visits = Visits::kInTurn;  // reads no more than it must, and gives the same rows each time
  }
  return plan;
}

std::string_view NameOf(Visits visits) {
  switch (visits) {
    case Visits::kSideBySide:
      return "side by side";
    case Visits::kInTurn:
      return "in turn";
    case Visits::kMerged:
      return "merged by id";
  }
  return {};
}

}  // namespace rookery::columns
