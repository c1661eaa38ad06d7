#include "store/bulk/message_pass.h"

#include <algorithm>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/row_error.h"
#include "store/same_message.h"

namespace rookery::store::bulk {
namespace {

/// A stop is noticed, and progress told, once in so many rows.
constexpr std::uint64_t kRowsPerLook = 1024;

}  // namespace

MessagePass::MessagePass(ShardLoad* part, const engine::Snapshot* snapshot, Tangles* tangles)
    : part_(*part),
      load_(part->load_),
      snapshot_(snapshot),
      tangles_(*tangles),
      stored_(*load_.store.engine, part->keyspace_, codec::KeyKind::kMessage, snapshot),
      rows_(load_.runs.file(), part->runs_.messages, load_.part_bytes) {}

Status MessagePass::Run() {
  for (;;) {
    RK_ASSIGN_OR_RETURN(const bool more, rows_.NextChannel());
    if (!more) return {};
    RK_TRY(RunChannel());
  }
}

Status MessagePass::RunChannel() {
  const std::string& prefix = rows_.prefix();
  key_ = prefix;
  prefix_length_ = prefix.size();
  last_id_ = {};
  ranges_ = tangles_.empty() ? nullptr : tangles_.In(prefix);
  next_range_ = 0;
  RK_TRY(stored_.EnterChannel(prefix).status());
  RK_TRY(part_.buckets_.BeginChannel(prefix));
  std::uint64_t rows = 0;
  for (;;) {
    RK_ASSIGN_OR_RETURN(const bool more, rows_.NextRow());
    if (!more) break;
    RK_TRY(TakeRow(rows_.row()));
    if (++rows % kRowsPerLook == 0) {
      if (load_.stop) break;
      load_.messages.fetch_add(kRowsPerLook, std::memory_order_relaxed);
    }
  }
  load_.messages.fetch_add(rows % kRowsPerLook, std::memory_order_relaxed);
  if (load_.stop) return {StatusCode::kInterrupted, "the bulk load was stopped"};
  return ranges_ == nullptr ? Status{} : ChangeRange(MessageId{});
}

Status MessagePass::TakeRow(const Entry& entry) {
  if (entry.has(kNonceRemembered) && part_.known_nonces_.Contains(entry.index)) {
    ++part_.outcome_.existed;
    return {};
  }
  const MessageId id = codec::MessageIdOf(entry.rest);
  if (ranges_ != nullptr) {
    RK_TRY(ChangeRange(id));
    if (next_range_ < ranges_->size() && id.value <= (*ranges_)[next_range_].highest) return Gather(entry, id);
  }
  key_.replace(prefix_length_, std::string::npos, entry.rest);
  return TakeUntangled(entry, id);
}

Status MessagePass::TakeUntangled(const Entry& entry, MessageId id) {
  if (id != last_id_) {
    last_id_ = id;
    RK_ASSIGN_OR_RETURN(const auto stored, stored_.Find(key_));
    if (!stored) {
      last_row_.assign(entry.value);
      return Write(id, entry.value, entry.flags);
    }
    last_row_.assign(*stored);
  }
  RK_ASSIGN_OR_RETURN(const bool same, IsSameAs(entry, id, last_row_));
  if (!same) return NoteTangle(entry, id);
  Existed(entry.index, entry.flags);
  return {};
}

Result<bool> MessagePass::IsSameAs(const Entry& entry, MessageId id, std::string_view row) const {
  const auto earlier = codec::DecodeMessage(row, id, load_.store.epoch);
  if (!earlier) return UnreadableMessage(part_.shard_, ChannelName(), id, row);
  const auto message = codec::DecodeMessage(entry.value, id, load_.store.epoch);
  if (!message) return UnreadableMessage(part_.shard_, ChannelName(), id, entry.value);
  return !entry.has(kMadeId) && IsSame(TraitsOf(*message), entry.has(kTimeGiven), TraitsOf(*earlier));
}

Status MessagePass::NoteTangle(const Entry& entry, MessageId id) {
  const bool may_move = entry.has(kNextFreeId) || entry.has(kMadeId);
  if (!may_move && !load_.may_refuse) {
    return {StatusCode::kAlreadyExists, "id " + std::to_string(id.value) + " of channel " +
                                            base::Quoted(ChannelName()) +
                                            " is taken by a different message; leave the id out to get a new one"};
  }
  writing_ = false;
  return tangles_.Note(rows_.prefix(), id);
}

Status MessagePass::ChangeRange(MessageId id) {
  while (next_range_ < ranges_->size() && id.value < (*ranges_)[next_range_].lowest) {
    RK_TRY(SettleGathered());
    ++next_range_;
  }
  return {};
}

Status MessagePass::Gather(const Entry& entry, MessageId id) {
  claim_bytes_ += entry.value.size() + sizeof(Claim);
  if (claim_bytes_ > load_.part_bytes) {
    return {StatusCode::kUnsupported, "more messages of channel " + base::Quoted(ChannelName()) +
                                          " want the ids around " + std::to_string(id.value) +
                                          " than fit in the load's memory; leave their ids out, or give it more"};
  }
  claims_.push_back({id, std::string(entry.value), entry.index, entry.tag, entry.flags});
  return {};
}

Status MessagePass::SettleGathered() {
  const IdRange range = (*ranges_)[next_range_];
  const auto stored = [&](MessageId id) -> Result<std::optional<std::string>> {
    std::string key = rows_.prefix();
    codec::AppendMessageId(&key, id);
    RK_ASSIGN_OR_RETURN(const auto value, load_.store.engine->Get(part_.keyspace_, key, snapshot_));
    return value == nullptr ? std::optional<std::string>() : std::optional<std::string>(value->view());
  };
  RK_ASSIGN_OR_RETURN(const Settlement settlement, Settle(&claims_, range, load_.store.epoch, stored));
  if (settlement.out_of_reach) {
    writing_ = false;
    tangles_.Widen(rows_.prefix(), range);
  } else {
    for (const std::size_t claim : settlement.existed) Existed(claims_[claim].index, claims_[claim].flags);
    for (const auto& [claim, id] : settlement.refused) {
      RK_TRY(Refuse(claims_[claim].index, claims_[claim].tag, claims_[claim].flags, id));
    }
    for (const auto& [id, number] : settlement.written) {
      const Claim& claim = claims_[number];
      const bool moves = claim.id.value != id;
      if (moves && !claim.has(kMadeId)) ++part_.outcome_.renamed;
      if (moves && claim.has(kNonceRemembered)) part_.moved_.emplace(claim.index, MessageId{id});
      key_.resize(prefix_length_);
      codec::AppendMessageId(&key_, MessageId{id});
      RK_TRY(Write(MessageId{id}, claim.row, claim.flags));
    }
  }
  claims_.clear();
  claim_bytes_ = 0;
  return {};
}

Status MessagePass::Write(MessageId id, std::string_view row, std::uint8_t flags) {
  if (!writing_) return {};
  ++part_.outcome_.posted;
  part_.outcome_.bytes += key_.size() + row.size();
  if ((flags & kMadeId) == 0 && id > part_.outcome_.highest_supplied) part_.outcome_.highest_supplied = id;
  part_.outcome_.highest_id = std::max(part_.outcome_.highest_id, id);
  RK_TRY(part_.buckets_.Add(id, key_.size() + row.size()));
  return part_.tables_.Add(key_, row);
}

void MessagePass::Existed(std::uint64_t index, std::uint8_t flags) {
  ++part_.outcome_.existed;
  if ((flags & kNonceRemembered) != 0) part_.left_out_.Insert(index);
}

Status MessagePass::Refuse(std::uint64_t index, std::uint64_t tag, std::uint8_t flags, MessageId id) {
  constexpr std::size_t kMostRefused = 100'000;
  if (!load_.may_refuse || part_.outcome_.refused.size() == kMostRefused) {
    return {StatusCode::kAlreadyExists, "id " + std::to_string(id.value) + " of channel " +
                                            base::Quoted(ChannelName()) +
                                            " is taken by a different message; leave the id out to get a new one"};
  }
  if ((flags & kNonceRemembered) != 0) part_.left_out_.Insert(index);
  part_.outcome_.refused.push_back({index, tag, ChannelName(), id});
  return {};
}

std::string MessagePass::ChannelName() const { return codec::ChannelOfPrefix(rows_.prefix()).value_or(rows_.prefix()); }

}  // namespace rookery::store::bulk
