#include "admin/import/slack_users.h"

#include "admin/import/json_walker.h"
#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

constexpr std::size_t kMaxUsers = 1'000'000;  // of more, the messages keep the ids

}  // namespace

std::string_view SlackUserName(JsonObject user) {
  const auto profile = ObjectOf(user, "profile").value_or(user);
  for (const std::string_view name :
       {TextOf(profile, "display_name"), TextOf(user, "name"), TextOf(user, "real_name")}) {
    if (!name.empty()) return name;
  }
  return TextOf(profile, "real_name");
}

Status SlackUsers::Read(ByteStream* stream) {
  JsonWalker walker(stream, "");
  JsonParser parser;
  JsonItem item;
  while (true) {
    ADMIN_ASSIGN_OR_RETURN(const bool more, walker.Next(&item));
    if (!more) return {};
    if (item.too_large) continue;
    const auto user = parser.ParseObject(item.text);
    if (!user.has_value()) continue;  // the messages of that user keep the id
    const std::string_view id = TextOf(*user, "id");
    const std::string_view name = SlackUserName(*user);
    if (!id.empty() && !name.empty() && names_.size() < kMaxUsers) names_.try_emplace(std::string(id), name);
  }
}

std::string_view SlackUsers::NameOf(std::string_view user_id) const {
  const auto found = names_.find(std::string(user_id));
  return found == names_.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace rookery::admin
