// A Zulip archive (zulip-archive): <stream id>-<stream name>/<topic>.json with an array of messages each.
#include <charconv>

#include "admin/import/importer.h"
#include "admin/import/json_parser.h"
#include "admin/import/json_walker.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

/// "FLT" for "416277-FLT"; all of it if it does not begin with an id.
std::string_view StreamName(std::string_view folder) {
  std::string_view name = folder;
  const std::string_view id = TakeUntil(&name, '-');
  return ParseUnsigned(id) && !name.empty() ? name : folder;
}

/// The archive writes what is not safe in a file name as '.' and two hex digits, the dot itself as ".2E".
std::string DecodeTopic(std::string_view text) {
  std::string topic;
  while (!text.empty()) {
    unsigned value = 0;
    const bool escape = text.size() >= 3 && text.front() == '.' &&
                        std::from_chars(text.data() + 1, text.data() + 3, value, 16).ptr == text.data() + 3;
    topic += escape ? static_cast<char>(value) : text.front();
    text.remove_prefix(escape ? 3 : 1);
  }
  return topic;
}

class ZulipImporter final : public Importer {
 public:
  explicit ZulipImporter(const ImportOptions& options) : options_(options) {}

  Match DetectFile(const Probe& probe) const override {
    if (!Trim(probe.head.substr(0, 256)).starts_with('[')) return Match::kNo;
    const auto has = [&](std::string_view field) { return probe.head.find(field) != std::string_view::npos; };
    // A long first message hides the other fields; then the name of the folder must do.
    const bool in_stream = StreamName(probe.file.folder()) != probe.file.folder();
    const bool has_all = has("\"sender_full_name\"") && has("\"id\"") && has("\"content\"");
    return has_all || (in_stream && has("\"content\"")) ? Match::kYes : Match::kNo;
  }

  Status ReadFile(const InputFile& file, ImportSink* sink) override {
    const std::string channel(options_.channel.empty() ? StreamName(file.folder())
                                                       : std::string_view(options_.channel));
    const std::string topic = DecodeTopic(file.stem());
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    JsonWalker walker(stream.get(), "messages");
    JsonItem item;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const bool more, walker.Next(&item));
      if (!more) return {};
      if (item.is_element) ADMIN_TRY(ReadMessage(item, channel, topic, sink));
    }
  }

 private:
  Status ReadMessage(const JsonItem& item, std::string_view channel, std::string_view topic, ImportSink* sink) {
    const Position position = AtElement(item.number);
    if (item.too_large) return sink->Problem(position, "the message is larger than 16 MiB");
    const auto object = parser_.ParseObject(item.text);
    if (!object.has_value()) return sink->Problem(position, std::string(object.error().message()));
    const auto id = IntegerOf(*object, "id");
    const auto seconds = IntegerOf(*object, "timestamp");
    constexpr std::int64_t kMaxSeconds = 253'402'300'799;  // the end of the year 9999
    if (!id || *id < 0) return sink->Problem(position, "the message has no id");
    if (!seconds || *seconds < 0 || *seconds > kMaxSeconds)
      return sink->Problem(position, "the message has no usable timestamp");
    const Timestamp time{std::chrono::seconds{*seconds}};
    nonce_ = std::to_string(*id);
    NewMessage message{.channel = channel,
                       .author = TextOf(*object, "sender_full_name"),
                       .content = TextOf(*object, "content"),
                       .nonce = nonce_,
                       .attributes = {{"content_type", "text/html"}},
                       .id = sink->IdAt(time, static_cast<std::uint64_t>(*id)),
                       .created_at = time,
                       .remember_nonce = false};
    if (!topic.empty()) message.attributes.push_back({"topic", topic});
    return sink->Add(message, position);
  }

  const ImportOptions& options_;
  JsonParser parser_;
  std::string nonce_;
};

}  // namespace

std::unique_ptr<Importer> NewZulipImporter(const ImportOptions& options) {
  return std::make_unique<ZulipImporter>(options);
}

}  // namespace rookery::admin
