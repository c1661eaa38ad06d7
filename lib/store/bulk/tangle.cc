#include "store/bulk/tangle.h"

#include <algorithm>
#include <numeric>

#include "base/macros.h"
#include "codec/message_codec.h"
#include "store/same_message.h"

namespace rookery::store::bulk {
namespace {

constexpr std::uint64_t kFirstReach = 64;
constexpr std::uint64_t kGrowth = 16;
/// Beyond this the load is not messages with times for ids, and would take for ever.
constexpr std::size_t kMostRanges = std::size_t{1} << 17;

IdRange RangeOf(std::uint64_t lowest, std::uint64_t reach) {
  return {lowest, reach >= MessageId::kMax - lowest ? MessageId::kMax : lowest + reach};
}

Status Unreadable(MessageId id) {
  return {StatusCode::kCorruption,
          "the stored message " + std::to_string(id.value) + " cannot be decoded; run verify to see what is damaged"};
}

}  // namespace

const std::vector<IdRange>* Tangles::In(const std::string& prefix) const {
  const auto found = ranges_.find(prefix);
  return found == ranges_.end() ? nullptr : &found->second;
}

Status Tangles::Note(const std::string& prefix, MessageId id) {
  const IdRange range = RangeOf(id.value, kFirstReach);
  std::vector<IdRange>& noted = noted_[prefix];
  // Ids come falling, and one as often as there are messages that cannot have it.
  if (!noted.empty() && noted.back().lowest >= range.lowest && noted.back().lowest <= range.highest) {
    noted.back().lowest = range.lowest;
    return {};
  }
  if (++count_ > kMostRanges) {
    return {StatusCode::kUnsupported,
            "more messages bring ids that others have than one bulk load can settle; leave the ids out, load fewer "
            "messages at a time, or post them"};
  }
  noted.push_back(range);
  return {};
}

void Tangles::Widen(const std::string& prefix, const IdRange& range) {
  const std::uint64_t reach = range.highest - range.lowest;
  noted_[prefix].push_back(
      RangeOf(range.lowest, reach > MessageId::kMax / kGrowth ? MessageId::kMax : kGrowth * reach));
}

bool Tangles::Grown() {
  if (noted_.empty()) return false;
  for (const auto& [prefix, noted] : std::exchange(noted_, {})) {
    std::vector<IdRange>& ranges = ranges_[prefix];
    ranges.insert(ranges.end(), noted.begin(), noted.end());
  }
  count_ = 0;
  for (auto& [prefix, ranges] : ranges_) {
    std::sort(ranges.begin(), ranges.end(), [](const IdRange& a, const IdRange& b) { return a.highest > b.highest; });
    std::vector<IdRange> merged;
    for (const IdRange& range : ranges) {
      if (!merged.empty() && range.highest >= merged.back().lowest) {
        merged.back().lowest = std::min(merged.back().lowest, range.lowest);
      } else {
        merged.push_back(range);
      }
    }
    ranges = std::move(merged);
    count_ += ranges.size();
  }
  return true;
}

namespace {

/// One settling under way.
class Settler {
 public:
  Settler(std::vector<Claim>* claims, const IdRange& range, Timestamp epoch,
          const std::function<Result<std::optional<std::string>>(MessageId)>& stored)
      : claims_(*claims), range_(range), epoch_(epoch), stored_(stored) {}

  Result<Settlement> Run() {
    std::vector<std::size_t> order(claims_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [this](std::size_t a, std::size_t b) { return claims_[a].rank() < claims_[b].rank(); });
    for (const std::size_t claim : order) {
      RK_TRY(Place(claim));
      if (settlement_.out_of_reach) break;
    }
    return std::move(settlement_);
  }

 private:
  enum class Answer { kFree, kSame, kOther };

  Status Place(std::size_t number) {
    Claim& claim = claims_[number];
    const bool may_move = claim.has(kNextFreeId) || claim.has(kMadeId);
    for (MessageId id = claim.id; id.value <= range_.highest; id = MessageId{id.value + 1}) {
      RK_ASSIGN_OR_RETURN(const Answer answer, Ask(claim, id));
      if (answer == Answer::kOther && may_move) continue;
      if (answer == Answer::kOther) settlement_.refused.emplace_back(number, id);
      if (answer == Answer::kSame) settlement_.existed.push_back(number);
      if (answer == Answer::kFree) Give(number, id);
      return {};
    }
    if (range_.highest < MessageId::kMax) {
      settlement_.out_of_reach = true;
    } else {
      settlement_.refused.emplace_back(number, claim.id);
    }
    return {};
  }

  Result<Answer> Ask(const Claim& claim, MessageId id) const {
    const auto given = settlement_.written.find(id.value);
    std::optional<std::string> row;
    if (given != settlement_.written.end()) {
      row = claims_[given->second].row;
    } else {
      RK_ASSIGN_OR_RETURN(row, stored_(id));
    }
    if (!row) return Answer::kFree;
    const auto earlier = codec::DecodeMessage(*row, id, epoch_);
    const auto message = codec::DecodeMessage(claim.row, claim.id, epoch_);
    if (!earlier || !message) return Unreadable(id);
    const bool same = !claim.has(kMadeId) && IsSame(TraitsOf(*message), claim.has(kTimeGiven), TraitsOf(*earlier));
    return same ? Answer::kSame : Answer::kOther;
  }

  void Give(std::size_t number, MessageId id) {
    Claim& claim = claims_[number];
    if (id != claim.id) {
      claim.row = RowWithId(std::move(claim.row), claim.id, id, claim.has(kTimeGiven) || claim.has(kMadeId), epoch_);
    }
    settlement_.written.emplace(id.value, number);
  }

  std::vector<Claim>& claims_;
  const IdRange range_;
  const Timestamp epoch_;
  const std::function<Result<std::optional<std::string>>(MessageId)>& stored_;
  Settlement settlement_;
};

}  // namespace

Result<Settlement> Settle(std::vector<Claim>* claims, const IdRange& range, Timestamp epoch,
                          const std::function<Result<std::optional<std::string>>(MessageId)>& stored) {
  return Settler(claims, range, epoch, stored).Run();
}

std::string RowWithId(std::string row, MessageId before, MessageId after, bool time_matters, Timestamp epoch) {
  if (!time_matters || before.time(epoch) == after.time(epoch)) return row;
  const auto message = codec::DecodeMessage(row, before, epoch);
  if (!message) return row;
  std::vector<Attribute> attributes;
  codec::MessageFields fields = codec::FieldsOf(*message, &attributes);
  const Timestamp created_at = message->created_at();
  fields.created_at = created_at == after.time(epoch) ? std::nullopt : std::optional(created_at);
  codec::RowEncoder encoder;
  return std::string(encoder.EncodeMessage(fields));
}

}  // namespace rookery::store::bulk
