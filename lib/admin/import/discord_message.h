// One message of a DiscordChatExporter file as a message of Rookery. Pure: no files, no store.
#pragma once

#include <string>

#include "admin/import/json_parser.h"
#include "rookery/message.h"

namespace rookery::admin {

/// Fills a NewMessage from a JSON object; keeps the memory that its views need until the next Convert.
class DiscordMessage {
 public:
  /// `epoch`: of the store. The message lacks its channel. kCorruption: it has no usable id.
  Status Convert(JsonObject object, Timestamp epoch);

  NewMessage& message() { return message_; }

 private:
  void SetAuthor(JsonObject object);
  void SetTimes(JsonObject object);
  void SetAttachments(JsonObject object);
  void AddAttribute(std::string_view name, std::string_view value);

  NewMessage message_;
  std::string attachments_;
  std::string embeds_;
  std::string reactions_;
  std::string stickers_;
};

}  // namespace rookery::admin
