// DiscordChatExporter JSON: one object a channel, with "guild" and "channel" first and "messages" in its middle.
#include "admin/import/discord_message.h"
#include "admin/import/importer.h"
#include "admin/import/json_walker.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

class DiscordImporter final : public Importer {
 public:
  explicit DiscordImporter(const ImportOptions& options) : options_(options) {}

  Match DetectFile(const Probe& probe) const override {
    if (!Trim(probe.head.substr(0, 256)).starts_with('{')) return Match::kNo;
    const std::size_t guild = probe.head.find("\"guild\"");
    const std::size_t channel = probe.head.find("\"channel\"");
    const bool begins_with_both = guild < 256 && channel != std::string_view::npos && channel > guild;
    return begins_with_both ? Match::kYes : Match::kNo;
  }

  Status ReadFile(const InputFile& file, ImportSink* sink) override {
    guild_.clear();
    channel_.clear();
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    JsonWalker walker(stream.get(), "messages");
    JsonItem item;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const bool more, walker.Next(&item));
      if (!more) return {};
      if (item.is_element) {
        if (item.number == 1) name_ = ChannelName(file);
        ADMIN_TRY(ReadMessage(item, sink));
      } else if (item.key == "guild") {
        guild_ = NameIn(item.text);
      } else if (item.key == "channel") {
        channel_ = NameIn(item.text);
      }
    }
  }

 private:
  std::string NameIn(std::string_view json) {
    const auto object = parser_.ParseObject(json);
    return object.has_value() ? std::string(TextOf(*object, "name")) : std::string();
  }

  /// "guild/channel": channels of two guilds often have the same name.
  std::string ChannelName(const InputFile& file) const {
    if (!options_.channel.empty()) return options_.channel;
    const std::string channel = channel_.empty() ? std::string(file.stem()) : channel_;
    return guild_.empty() ? channel : guild_ + "/" + channel;
  }

  Status ReadMessage(const JsonItem& item, ImportSink* sink) {
    const Position position = AtElement(item.number);
    if (item.too_large) return sink->Problem(position, "the message is larger than 16 MiB");
    const auto object = parser_.ParseObject(item.text);
    const Status status = object.has_value() ? message_.Convert(*object, sink->epoch()) : object.status();
    if (!status.ok()) return sink->Problem(position, std::string(status.message()));
    message_.message().channel = name_;
    return sink->Add(message_.message(), position);
  }

  const ImportOptions& options_;
  JsonParser parser_;
  DiscordMessage message_;
  std::string guild_;
  std::string channel_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Importer> NewDiscordImporter(const ImportOptions& options) {
  return std::make_unique<DiscordImporter>(options);
}

}  // namespace rookery::admin
