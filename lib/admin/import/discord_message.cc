#include "admin/import/discord_message.h"

#include <array>
#include <utility>

#include "admin/import/calendar.h"
#include "admin/import/identity.h"
#include "admin/message_json.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

/// When a Discord id was made: its upper 42 bits are milliseconds since 2015.
Timestamp TimeOfSnowflake(std::uint64_t snowflake) {
  constexpr std::int64_t kDiscordEpochMs = 1'420'070'400'000;
  return Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(snowflake >> 22U) + kDiscordEpochMs}};
}

/// The same moment and the same low bits, counted from the store's epoch.
MessageId IdOfSnowflake(std::uint64_t snowflake, Timestamp epoch) {
  return MakeId(epoch, TimeOfSnowflake(snowflake), snowflake);
}

bool IsPeoplesType(std::string_view type) {
  return type.empty() || type == "Default" || type == "Reply" || type == "ThreadStarterMessage" ||
         type == "ChatInputCommand" || type == "ContextMenuCommand" || type == "0" || type == "19" || type == "20";
}

}  // namespace

void DiscordMessage::AddAttribute(std::string_view name, std::string_view value) {
  if (!value.empty()) message_.attributes.push_back({name, value});
}

void DiscordMessage::SetAuthor(JsonObject object) {
  const auto author = ObjectOf(object, "author");
  if (!author) return;
  const std::string_view name = TextOf(*author, "name");
  const std::string_view nickname = TextOf(*author, "nickname");
  message_.author = nickname.empty() ? name : nickname;
  if (IsTrue(*author, "isBot")) message_.flags |= kFlagBot;
  AddAttribute("user_id", TextOf(*author, "id"));
  if (name != message_.author) AddAttribute("user_name", name);
}

void DiscordMessage::SetTimes(JsonObject object) {
  const auto sane = [](std::optional<Timestamp> time) { return time && *time >= kYear0 && *time < kYear10000; };
  if (const auto time = ParseTimestamp(TextOf(object, "timestamp")); sane(time)) message_.created_at = time;
  if (const auto edited = ParseTimestamp(TextOf(object, "timestampEdited")); sane(edited)) {
    message_.edited_at = edited;
    message_.version = 2;
  }
}

void DiscordMessage::SetAttachments(JsonObject object) {
  static constexpr auto kAttachmentFields = std::to_array<std::string_view>({"id", "url", "fileName", "fileSizeBytes"});
  static constexpr auto kEmbedFields = std::to_array<std::string_view>({"title", "url", "description"});
  static constexpr auto kReactionFields = std::to_array<std::string_view>({"emoji", "count"});
  static constexpr auto kStickerFields = std::to_array<std::string_view>({"id", "name", "sourceUrl"});
  const auto digest = [&](std::string_view key, std::span<const std::string_view> fields) {
    const auto member = MemberOf(object, key);
    return member ? Digest(*member, fields) : std::string();
  };
  AddAttribute("attachments", attachments_ = digest("attachments", kAttachmentFields));
  AddAttribute("embeds", embeds_ = digest("embeds", kEmbedFields));
  AddAttribute("reactions", reactions_ = digest("reactions", kReactionFields));
  AddAttribute("stickers", stickers_ = digest("stickers", kStickerFields));
}

Status DiscordMessage::Convert(JsonObject object, Timestamp epoch) {
  const std::string_view id = TextOf(object, "id");
  const auto snowflake = ParseUnsigned(id);
  if (!snowflake || *snowflake == 0)
    return {StatusCode::kCorruption, "id is " + Quoted(id) + ", not a number in quotes"};

  std::vector<Attribute> attributes = std::move(message_.attributes);
  attributes.clear();
  message_ = {.channel = {},
              .content = TextOf(object, "content"),
              .nonce = id,
              .attributes = std::move(attributes),
              .id = IdOfSnowflake(*snowflake, epoch),
              .created_at = TimeOfSnowflake(*snowflake),
              .remember_nonce = false};
  SetAuthor(object);
  SetTimes(object);
  const std::string_view type = TextOf(object, "type");
  if (!IsPeoplesType(type)) {
    message_.flags |= kFlagSystem;
    AddAttribute("type", type);
  }
  if (IsTrue(object, "isPinned")) message_.flags |= kFlagPinned;
  if (const auto reference = ObjectOf(object, "reference")) {
    const std::string_view parent = TextOf(*reference, "messageId");
    const auto parent_id = ParseUnsigned(parent);
    if (parent_id && *parent_id != 0) message_.reply_to = IdOfSnowflake(*parent_id, epoch);
    AddAttribute("reference", parent);
  }
  SetAttachments(object);
  return {};
}

}  // namespace rookery::admin
