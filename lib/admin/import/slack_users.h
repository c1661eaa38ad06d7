// The people of a Slack export: user id -> the name that Slack shows.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "admin/import/byte_stream.h"
#include "admin/import/json_parser.h"
#include "rookery/status.h"

namespace rookery::admin {

/// display_name, else the account's name, else real_name of a user object or user_profile; empty if it has none.
std::string_view SlackUserName(JsonObject user);

/// Used by one thread.
class SlackUsers {
 public:
  /// Adds the users of a users.json. kCorruption: it is not a JSON array.
  Status Read(ByteStream* stream);
  void Clear() { names_.clear(); }

  /// Empty if the export does not know the user.
  std::string_view NameOf(std::string_view user_id) const;

 private:
  std::unordered_map<std::string, std::string> names_;
};

}  // namespace rookery::admin
