// The store as a std::map: what every answer of the real one is compared with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rookery/query.h"
#include "rookery/types.h"

namespace rookery::testing {

struct ModelMessage {
  std::string author = {};
  std::string content = {};
  std::string nonce = {};
  std::uint64_t version = 1;
  bool nonce_remembered = false;
  Timestamp created_at = {};
  std::map<std::string, std::string> attachments = {};  // by name
};

struct ModelRecord {
  std::string value;
  std::uint64_t version = 0;
};

struct ModelPage {
  std::vector<MessageId> ids;
  bool has_more = false;
};

struct ModelChannels {
  std::vector<std::string> names;
  bool has_more = false;
};

class ModelStore {
 public:
  using Messages = std::map<MessageId, ModelMessage>;
  using Records = std::map<std::string, ModelRecord>;

  void Post(const std::string& channel, MessageId id, ModelMessage message);
  /// The message that a post with this nonce must answer with.
  std::optional<MessageId> FindNonce(const std::string& channel, const std::string& nonce) const;
  ModelMessage* Find(const std::string& channel, MessageId id);
  bool Delete(const std::string& channel, MessageId id);
  /// True if a message that is posted with the id of `stored` is taken for it.
  static bool IsSame(const ModelMessage& stored, const ModelMessage& posted);
  ModelPage History(const std::string& channel, const HistoryQuery& query) const;
  ModelChannels Channels(const ChannelQuery& query) const;

  Records& records(const std::string& channel) { return records_[channel]; }
  const std::map<std::string, Messages>& channels() const { return messages_; }
  std::uint64_t message_count() const;
  std::uint64_t attachment_count() const;
  std::uint64_t record_count() const;

 private:
  static std::vector<MessageId> Around(const Messages& messages, MessageId middle, std::size_t limit);

  std::map<std::string, Messages> messages_;
  std::map<std::string, Records> records_;
  std::map<std::pair<std::string, std::string>, MessageId> nonces_;
};

}  // namespace rookery::testing
