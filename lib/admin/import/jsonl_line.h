// One line of our own JSON Lines (docs/format/jsonl.md) taken apart. Strict: a field that is not of the schema is an
// error, as "text" for "content" would otherwise lose what it holds.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "admin/import/json_parser.h"
#include "admin/import/sink.h"
#include "rookery/message.h"

namespace rookery::admin {

/// Used again for every line: keeps its memory. What it hands out lives until the next Parse, and no longer than the
/// object.
class JsonlLine {
 public:
  /// kCorruption, naming the field that is wrong.
  Status Parse(JsonObject object);

  bool is_record() const { return is_record_; }
  /// Its id is 0 and its created_at absent where the line has none.
  NewMessage& message() { return message_; }
  const ImportedRecord& record() const { return record_; }
  std::string_view record_channel() const { return message_.channel; }

 private:
  Status ParseField(std::string_view name, JsonElement value);
  Status ParseMessageField(std::string_view name, JsonElement value);
  Status ParseRecordField(std::string_view name, JsonElement value);
  /// Sets *text if `name` is `wanted` or `wanted` with "_b64"; *matched says whether it is.
  Status ParseBytes(std::string_view name, JsonElement value, std::string_view wanted, std::string_view* text,
                    bool* matched);
  Status ParseAttributes(JsonElement value);
  Status ParseEncodedAttributes(JsonElement value);
  Result<std::string_view> Decode(std::string_view name, JsonElement value);
  Status CheckComplete() const;

  NewMessage message_;
  ImportedRecord record_;
  bool is_record_ = false;
  std::deque<std::string> decoded_;  // what came in base64
};

}  // namespace rookery::admin
