// One message of a Slack export as a message of Rookery. Pure: no files, no store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "admin/import/json_parser.h"
#include "admin/import/slack_users.h"
#include "rookery/message.h"

namespace rookery::admin {

/// "1433860197.000002" in microseconds since 1970; nullopt: not a time.
std::optional<std::int64_t> ParseSlackTime(std::string_view ts);

/// Slack writes &, < and > as entities, and nothing else.
std::string DecodeSlackEntities(std::string_view text);

/// Fills a NewMessage from a JSON object; keeps the memory that its views need until the next Convert.
class SlackMessage {
 public:
  /// `epoch`: of the store. The message lacks its channel. kCorruption: it has no usable ts.
  Status Convert(JsonObject object, const SlackUsers& users, Timestamp epoch);

  NewMessage& message() { return message_; }

 private:
  void SetAuthor(JsonObject object, const SlackUsers& users);
  void SetFlags(JsonObject object);
  void SetAttachments(JsonObject object);
  void AddAttribute(std::string_view name, std::string_view value);

  NewMessage message_;
  std::string content_;
  std::string files_;
  std::string attachments_;
  std::string reactions_;
};

}  // namespace rookery::admin
