#include "store/duplicate_finder.h"

#include <map>
#include <string_view>

#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "codec/message_codec.h"
#include "store/row_error.h"
#include "store/same_message.h"

namespace rookery::store {
namespace {

bool IsSameAs(const NewMessage& message, const Traits& earlier) {
  // The time of `message` counts only if it was given, so that of the id does not matter.
  return IsSame(TraitsOf(message, message.id, {}), message.created_at.has_value(), earlier);
}

}  // namespace

Status DuplicateFinder::Run(std::vector<Draft>* drafts) {
  drafts->assign(messages_.size(), {});
  RK_TRY(ReadStoredRows());
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    const NewMessage& message = messages_[i];
    Draft& draft = (*drafts)[i];
    if (!message.nonce.empty() && message.remember_nonce) RK_TRY(ResolveNonce(i, &draft));
    if (message.id.value != 0 && !draft.existed) RK_TRY(ResolveId(i, drafts));
  }
  return {};
}

Status DuplicateFinder::ReadStoredRows() {
  row_keys_.resize(messages_.size());
  stored_.resize(messages_.size());
  std::map<ShardId, std::vector<std::size_t>> by_shard;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (messages_[i].id.value == 0) continue;
    row_keys_[i] = codec::MessageKeyOf(messages_[i].channel, messages_[i].id);
    stored_[i] = Answer::kFree;
    const auto shard = context_.FindMessage(context_.routes.current(), messages_[i].channel, messages_[i].id);
    if (shard) by_shard[*shard].push_back(i);
  }
  for (const auto& [shard, indexes] : by_shard) {
    std::vector<std::string_view> keys;
    keys.reserve(indexes.size());
    for (const std::size_t i : indexes) keys.push_back(row_keys_[i]);
    Status unreadable;
    const auto found = [&, shard = shard, &indexes = indexes](std::size_t index, std::string_view value) {
      const NewMessage& message = messages_[indexes[index]];
      const auto row = codec::DecodeMessage(value, message.id, context_.epoch);
      if (!row) unreadable = UnreadableMessage(shard, message.channel, message.id, value);
      stored_[indexes[index]] = row && IsSameAs(message, TraitsOf(*row)) ? Answer::kSame : Answer::kOther;
    };
    RK_TRY(context_.engine->GetMany(context_.KeyspaceOf(shard), keys, nullptr, found));
    RK_TRY(std::move(unreadable));
  }
  return {};
}

Status DuplicateFinder::ResolveNonce(std::size_t index, Draft* draft) {
  const NewMessage& message = messages_[index];
  std::string key = codec::NonceKeyOf(message.channel, message.nonce);
  const auto [entry, is_first] = by_nonce_.try_emplace(key, index);
  if (!is_first) {
    draft->existed = true;
    draft->same_as = entry->second;
    return {};
  }
  const auto shard = context_.routes->Find(message.channel);
  if (!shard) return {};
  RK_ASSIGN_OR_RETURN(const auto value, context_.engine->Get(context_.KeyspaceOf(*shard), key));
  if (value == nullptr) return {};
  const auto id = codec::DecodeNonce(value->view());
  if (!id) {
    return UnreadableRow(
        *shard, "nonce " + base::Quoted(message.nonce) + " of channel " + base::Quoted(message.channel), value->view());
  }
  draft->existed = true;
  draft->id = *id;
  return {};
}

Status DuplicateFinder::ResolveId(std::size_t index, std::vector<Draft>* drafts) {
  const NewMessage& message = messages_[index];
  Draft& draft = (*drafts)[index];
  std::string key = row_keys_[index];
  for (MessageId id = message.id; id.valid(); id = MessageId{id.value + 1}) {
    if (id != message.id) key = codec::MessageKeyOf(message.channel, id);
    std::optional<std::size_t> same_as;
    RK_ASSIGN_OR_RETURN(const Answer answer, Ask(key, index, &same_as));
    if (answer == Answer::kOther && collision_ == IdCollision::kFail) return Taken(message, id);
    if (answer == Answer::kOther) continue;
    draft.id = id;
    draft.existed = answer == Answer::kSame;
    draft.same_as = same_as;
    if (answer == Answer::kFree) by_row_.emplace(std::move(key), index);
    return {};
  }
  return Taken(message, message.id);
}

Result<DuplicateFinder::Answer> DuplicateFinder::Ask(const std::string& row_key, std::size_t index,
                                                     std::optional<std::size_t>* same_as) {
  const NewMessage& message = messages_[index];
  if (const auto earlier = by_row_.find(row_key); earlier != by_row_.end()) {
    const Traits traits = TraitsOf(messages_[earlier->second], codec::MessageIdOf(row_key), context_.epoch);
    if (!IsSameAs(message, traits)) return Answer::kOther;
    *same_as = earlier->second;
    return Answer::kSame;
  }
  if (row_key == row_keys_[index]) return *stored_[index];
  return AskEngine(row_key, message);
}

Result<DuplicateFinder::Answer> DuplicateFinder::AskEngine(const std::string& row_key,
                                                           const NewMessage& message) const {
  const MessageId id = codec::MessageIdOf(row_key);
  const auto shard = context_.FindMessage(context_.routes.current(), message.channel, id);
  if (!shard) return Answer::kFree;
  RK_ASSIGN_OR_RETURN(const auto value, context_.engine->Get(context_.KeyspaceOf(*shard), row_key));
  if (value == nullptr) return Answer::kFree;
  const auto row = codec::DecodeMessage(value->view(), id, context_.epoch);
  if (!row) return UnreadableMessage(*shard, message.channel, id, value->view());
  return IsSameAs(message, TraitsOf(*row)) ? Answer::kSame : Answer::kOther;
}

Status DuplicateFinder::Taken(const NewMessage& message, MessageId id) const {
  return {StatusCode::kAlreadyExists, "id " + std::to_string(id.value) + " of channel " +
                                          base::Quoted(message.channel) +
                                          " is taken by a different message; leave the id out to get a new one"};
}

}  // namespace rookery::store
