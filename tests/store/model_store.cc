#include "tests/store/model_store.h"

#include <algorithm>
#include <set>

namespace rookery::testing {

void ModelStore::Post(const std::string& channel, MessageId id, ModelMessage message) {
  if (message.nonce_remembered) nonces_[{channel, message.nonce}] = id;
  messages_[channel][id] = std::move(message);
}

std::optional<MessageId> ModelStore::FindNonce(const std::string& channel, const std::string& nonce) const {
  const auto found = nonces_.find({channel, nonce});
  return found == nonces_.end() ? std::nullopt : std::optional(found->second);
}

ModelMessage* ModelStore::Find(const std::string& channel, MessageId id) {
  const auto messages = messages_.find(channel);
  if (messages == messages_.end()) return nullptr;
  const auto found = messages->second.find(id);
  return found == messages->second.end() ? nullptr : &found->second;
}

bool ModelStore::Delete(const std::string& channel, MessageId id) {
  const ModelMessage* message = Find(channel, id);
  if (message == nullptr) return false;
  if (message->nonce_remembered) nonces_.erase({channel, message->nonce});
  messages_[channel].erase(id);
  return true;
}

std::vector<MessageId> ModelStore::History(const std::string& channel, const HistoryQuery& query) const {
  std::vector<MessageId> ids;
  const auto messages = messages_.find(channel);
  if (messages == messages_.end()) return ids;
  const bool newest_first = query.order == Order::kNewestFirst;
  if (query.around) {
    std::vector<MessageId> newer, older;
    bool found = false;
    for (const auto& [id, message] : messages->second) {
      if (id > *query.around) newer.push_back(id);
      if (id < *query.around) older.insert(older.begin(), id);
      found |= id == *query.around;
    }
    const std::size_t older_half = query.limit / 2;
    newer.resize(std::min(newer.size(), query.limit - older_half - 1));
    older.resize(std::min(older.size(), older_half));
    ids.assign(newer.rbegin(), newer.rend());
    if (found) ids.push_back(*query.around);
    ids.insert(ids.end(), older.begin(), older.end());
    if (!newest_first) std::reverse(ids.begin(), ids.end());
    return ids;
  }
  for (const auto& [id, message] : messages->second) {
    if ((!query.before || id < *query.before) && (!query.after || id > *query.after)) ids.push_back(id);
  }
  if (newest_first) std::reverse(ids.begin(), ids.end());
  ids.resize(std::min(ids.size(), query.limit));
  return ids;
}

std::vector<std::string> ModelStore::Channels(const ChannelQuery& query) const {
  std::set<std::string> names;
  for (const auto& [channel, messages] : messages_) {
    if (!messages.empty()) names.insert(channel);
  }
  for (const auto& [channel, records] : records_) {
    if (!records.empty()) names.insert(channel);
  }
  std::vector<std::string> page;
  for (const std::string& name : names) {
    if (page.size() == query.limit) break;
    if (name.starts_with(query.prefix) && (query.after.empty() || name > query.after)) page.push_back(name);
  }
  return page;
}

std::uint64_t ModelStore::message_count() const {
  std::uint64_t count = 0;
  for (const auto& [channel, messages] : messages_) count += messages.size();
  return count;
}

std::uint64_t ModelStore::record_count() const {
  std::uint64_t count = 0;
  for (const auto& [channel, records] : records_) count += records.size();
  return count;
}

}  // namespace rookery::testing
