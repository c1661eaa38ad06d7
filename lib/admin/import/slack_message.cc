#include "admin/import/slack_message.h"

#include <algorithm>
#include <array>

#include "admin/import/identity.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

Timestamp TimeOf(std::int64_t microseconds) {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds{microseconds}));
}

/// The microseconds are part of the identity: they stand in the id above the room for messages of the same microsecond.
MessageId IdOf(std::int64_t microseconds, Timestamp epoch) {
  return MakeId(epoch, TimeOf(microseconds), static_cast<std::uint64_t>(microseconds % 1000) << 12U);
}

/// Subtypes that the chat system writes.
bool IsSystemSubtype(std::string_view subtype) {
  constexpr auto kPeoples =
      std::to_array<std::string_view>({"", "bot_message", "me_message", "file_share", "file_comment", "file_mention",
                                       "thread_broadcast", "reply_broadcast", "slackbot_response"});
  return std::find(kPeoples.begin(), kPeoples.end(), subtype) == kPeoples.end();
}

}  // namespace

std::optional<std::int64_t> ParseSlackTime(std::string_view ts) {
  constexpr std::uint64_t kMaxSeconds = 253'402'300'799;  // the end of the year 9999
  const auto seconds = ParseUnsigned(TakeUntil(&ts, '.'));
  if (!seconds || *seconds > kMaxSeconds || ts.size() > 6) return std::nullopt;
  std::string digits(ts);
  digits.resize(6, '0');
  const auto fraction = ParseUnsigned(digits);
  if (!fraction) return std::nullopt;
  return static_cast<std::int64_t>(*seconds * 1'000'000 + *fraction);
}

std::string DecodeSlackEntities(std::string_view text) {
  struct Entity {
    std::string_view name;
    char character;
  };
  constexpr auto kEntities = std::to_array<Entity>({{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}});
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('&'), text.size());
    decoded.append(text.substr(0, plain));
    text.remove_prefix(plain);
    const auto* const entity =
        std::find_if(kEntities.begin(), kEntities.end(), [&](const Entity& e) { return text.starts_with(e.name); });
    if (entity != kEntities.end()) {
      decoded += entity->character;
      text.remove_prefix(entity->name.size());
    } else if (!text.empty()) {
      decoded += text.front();
      text.remove_prefix(1);
    }
  }
  return decoded;
}

void SlackMessage::AddAttribute(std::string_view name, std::string_view value) {
  if (!value.empty()) message_.attributes.push_back({name, value});
}

void SlackMessage::SetAuthor(JsonObject object, const SlackUsers& users) {
  // The author of a file_comment stands in the comment.
  const auto comment = ObjectOf(object, "comment");
  std::string_view user = TextOf(object, "user");
  if (user.empty() && comment) user = TextOf(*comment, "user");
  const std::string_view bot = TextOf(object, "bot_id");
  const auto profile = ObjectOf(object, "user_profile");
  const auto bot_profile = ObjectOf(object, "bot_profile");
  const std::string_view id = user.empty() ? bot : user;
  for (const std::string_view name :
       {bot.empty() ? std::string_view{} : TextOf(object, "username"), users.NameOf(user),
        profile ? SlackUserName(*profile) : std::string_view{}, TextOf(object, "username"),
        bot_profile ? TextOf(*bot_profile, "name") : std::string_view{}, users.NameOf(bot), id}) {
    message_.author = name;
    if (!name.empty()) break;
  }
  AddAttribute("user_id", id);
}

void SlackMessage::SetFlags(JsonObject object) {
  const std::string_view subtype = TextOf(object, "subtype");
  if (subtype == "me_message") message_.flags |= kFlagAction;
  if (subtype == "bot_message" || MemberOf(object, "bot_id")) message_.flags |= kFlagBot;
  if (IsSystemSubtype(subtype)) message_.flags |= kFlagSystem;
  if (MemberOf(object, "pinned_to")) message_.flags |= kFlagPinned;
  AddAttribute("subtype", subtype);
}

void SlackMessage::SetAttachments(JsonObject object) {
  static constexpr auto kFileFields =
      std::to_array<std::string_view>({"id", "name", "title", "mimetype", "size", "url_private"});
  static constexpr auto kAttachmentFields =
      std::to_array<std::string_view>({"title", "title_link", "author_name", "text", "fallback", "from_url"});
  static constexpr auto kReactionFields = std::to_array<std::string_view>({"name", "count", "users"});
  const auto digest = [&](std::string_view key, std::span<const std::string_view> fields) {
    const auto member = MemberOf(object, key);
    return member ? Digest(*member, fields) : std::string();
  };
  files_ = digest("files", kFileFields);
  if (const auto file = MemberOf(object, "file"); file && files_.empty()) files_ = Digest(*file, kFileFields);
  attachments_ = digest("attachments", kAttachmentFields);
  reactions_ = digest("reactions", kReactionFields);
  AddAttribute("files", files_);
  AddAttribute("attachments", attachments_);
  AddAttribute("reactions", reactions_);
}

Status SlackMessage::Convert(JsonObject object, const SlackUsers& users, Timestamp epoch) {
  const std::string_view ts = TextOf(object, "ts");
  const auto time = ParseSlackTime(ts);
  if (!time) return {StatusCode::kCorruption, "ts is " + Quoted(ts) + ", not a time such as \"1433860197.000002\""};
  std::string_view text = TextOf(object, "text");
  if (const auto comment = ObjectOf(object, "comment"); comment && text.empty()) text = TextOf(*comment, "comment");
  content_ = DecodeSlackEntities(text);

  std::vector<Attribute> attributes = std::move(message_.attributes);
  attributes.clear();
  message_ = {.channel = {},
              .content = content_,
              .nonce = ts,
              .attributes = std::move(attributes),
              .id = IdOf(*time, epoch),
              .created_at = TimeOf(*time),
              .remember_nonce = false};
  const std::string_view thread = TextOf(object, "thread_ts");
  if (const auto parent = ParseSlackTime(thread); parent && thread != ts) message_.reply_to = IdOf(*parent, epoch);
  if (const auto edited = ObjectOf(object, "edited")) {
    if (const auto edited_at = ParseSlackTime(TextOf(*edited, "ts"))) {
      message_.edited_at = TimeOf(*edited_at);
      message_.version = 2;
    }
  }
  SetAuthor(object, users);
  SetFlags(object);
  SetAttachments(object);
  return {};
}

}  // namespace rookery::admin
