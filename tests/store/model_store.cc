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

bool ModelStore::IsSame(const ModelMessage& stored, const ModelMessage& posted) {
  if (!stored.nonce.empty() || !posted.nonce.empty()) return stored.nonce == posted.nonce;
  const bool edited = stored.version > 1 || posted.version > 1;
  return stored.author == posted.author && stored.created_at == posted.created_at &&
         (edited || stored.content == posted.content);
}

std::vector<MessageId> ModelStore::Around(const Messages& messages, MessageId middle, std::size_t limit) {
  std::vector<MessageId> newer, older;
  for (const auto& [id, message] : messages) {
    if (id > middle) newer.push_back(id);
    if (id < middle) older.insert(older.begin(), id);
  }
  const std::size_t older_half = limit / 2;
  newer.resize(std::min(newer.size(), limit - older_half - 1));
  older.resize(std::min(older.size(), older_half));
  std::vector<MessageId> ids(newer.rbegin(), newer.rend());
  if (messages.contains(middle)) ids.push_back(middle);
  ids.insert(ids.end(), older.begin(), older.end());
  return ids;
}

ModelPage ModelStore::History(const std::string& channel, const HistoryQuery& query) const {
  ModelPage page;
  const auto messages = messages_.find(channel);
  if (messages == messages_.end()) return page;
  const bool newest_first = query.order == Order::kNewestFirst;
  if (query.around) {
    page.ids = Around(messages->second, *query.around, query.limit);
    if (!newest_first) std::reverse(page.ids.begin(), page.ids.end());
    return page;
  }
  for (const auto& [id, message] : messages->second) {
    if ((!query.before || id < *query.before) && (!query.after || id > *query.after)) page.ids.push_back(id);
  }
  if (newest_first) std::reverse(page.ids.begin(), page.ids.end());
  page.has_more = page.ids.size() > query.limit;
  page.ids.resize(std::min(page.ids.size(), query.limit));
  return page;
}

ModelChannels ModelStore::Channels(const ChannelQuery& query) const {
  std::set<std::string> names;
  for (const auto& [channel, messages] : messages_) {
    if (!messages.empty()) names.insert(channel);
  }
  for (const auto& [channel, records] : records_) {
    if (!records.empty()) names.insert(channel);
  }
  ModelChannels page;
  for (const std::string& name : names) {
    if (name.starts_with(query.prefix) && (query.after.empty() || name > query.after)) page.names.push_back(name);
  }
  page.has_more = page.names.size() > query.limit;
  page.names.resize(std::min(page.names.size(), query.limit));
  return page;
}

std::uint64_t ModelStore::message_count() const {
  std::uint64_t count = 0;
  for (const auto& [channel, messages] : messages_) count += messages.size();
  return count;
}

std::uint64_t ModelStore::attachment_count() const {
  std::uint64_t count = 0;
  for (const auto& [channel, messages] : messages_) {
    for (const auto& [id, message] : messages) count += message.attachments.size();
  }
  return count;
}

std::uint64_t ModelStore::record_count() const {
  std::uint64_t count = 0;
  for (const auto& [channel, records] : records_) count += records.size();
  return count;
}

}  // namespace rookery::testing
