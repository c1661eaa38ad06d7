// The table of formats.
#include <array>
#include <vector>

#include "admin/import/importer.h"

namespace rookery::admin {
namespace {

constexpr auto kTable = std::to_array<ImporterRow>({
    {{"slack", "Slack export: a folder or zip with users.json, channels.json and a folder a channel"},
     NewSlackImporter},
    {{"discord", "DiscordChatExporter: a JSON file a channel"}, NewDiscordImporter},
    {{"zulip", "Zulip archive: a folder a stream, a JSON file a topic"}, NewZulipImporter},
    {{"jsonl", "JSON Lines as rookery export writes them"}, NewJsonlImporter},
    {{"mbox", "mail: mbox, mboxrd or a pipermail archive"}, NewMboxImporter},
    {{"debian-changelog", "Debian changelogs: files, or a folder such as /usr/share/doc"}, NewChangelogImporter},
    {{"irc", "IRC logs: irssi, Ubuntu (irclog2html), ZNC, WeeChat"}, NewIrcImporter},
});

constexpr auto MakeFormats() {
  std::array<ImportFormat, kTable.size()> formats{};
  for (std::size_t i = 0; i < kTable.size(); ++i) formats[i] = kTable[i].format;
  return formats;
}
constexpr auto kFormats = MakeFormats();

}  // namespace

std::span<const ImporterRow> ImporterTable() { return kTable; }
std::span<const ImportFormat> ImportFormats() { return kFormats; }

}  // namespace rookery::admin
