// A Slack export: users.json, channels.json and so on, and <channel>/<YYYY-MM-DD>.json with an array of messages each.
#include "admin/import/calendar.h"
#include "admin/import/importer.h"
#include "admin/import/json_walker.h"
#include "admin/import/slack_message.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

/// "2018-02-02.json"
bool IsDayFile(std::string_view name) { return TakeIsoDate(&name).has_value() && name == ".json"; }

bool IsUserList(std::string_view path) { return path == "users.json" || path == "org_users.json"; }

class SlackImporter final : public Importer {
 public:
  explicit SlackImporter(const ImportOptions& options) : options_(options) {}

  bool DetectTree(const TreeView& tree) const override {
    const bool has_lists = tree.Contains("users.json") || tree.Contains("channels.json") || tree.Contains("dms.json");
    if (!has_lists) return false;
    for (std::size_t i = 0; i < tree.size(); ++i) {
      if (IsChannelDay(tree, i)) return true;
    }
    return false;
  }

  /// A day file on its own says too little to be told from other JSON: it has to be named.
  Match DetectFile(const Probe& /*probe*/) const override { return Match::kNo; }

  bool WantsInTree(const TreeView& tree, std::size_t index) const override {
    return IsChannelDay(tree, index) || IsUserList(tree.RelativePath(index));
  }

  Status ReadTree(const TreeView& tree, ImportSink* sink) override {
    users_.Clear();
    for (std::size_t i = 0; i < tree.size(); ++i) {
      if (IsUserList(tree.RelativePath(i))) ADMIN_TRY(sink->Absorb(ReadUsers(tree[i], sink)));
    }
    for (std::size_t i = 0; i < tree.size(); ++i) {
      if (IsChannelDay(tree, i)) ADMIN_TRY(sink->Absorb(ReadFile(tree[i], sink)));
    }
    return {};
  }

  Status ReadFile(const InputFile& file, ImportSink* sink) override {
    const std::string channel(options_.channel.empty() ? file.folder() : std::string_view(options_.channel));
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    JsonWalker walker(stream.get(), "messages");
    JsonItem item;
    while (true) {
      ADMIN_ASSIGN_OR_RETURN(const bool more, walker.Next(&item));
      if (!more) return {};
      if (item.is_element) ADMIN_TRY(ReadMessage(item, channel, sink));
    }
  }

 private:
  static bool IsChannelDay(const TreeView& tree, std::size_t index) {
    std::string_view path = tree.RelativePath(index);
    return !TakeUntil(&path, '/').empty() && IsDayFile(path);
  }

  Status ReadUsers(const InputFile& file, ImportSink* sink) {
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    return users_.Read(stream.get());
  }

  Status ReadMessage(const JsonItem& item, std::string_view channel, ImportSink* sink) {
    if (item.too_large) return sink->Problem(AtElement(item.number), "the message is larger than 16 MiB");
    const auto object = parser_.ParseObject(item.text);
    const Status status = object.has_value() ? message_.Convert(*object, users_, sink->epoch()) : object.status();
    if (!status.ok()) return sink->Problem(AtElement(item.number), std::string(status.message()));
    message_.message().channel = channel;
    return sink->Add(message_.message(), AtElement(item.number));
  }

  const ImportOptions& options_;
  SlackUsers users_;
  JsonParser parser_;
  SlackMessage message_;
};

}  // namespace

std::unique_ptr<Importer> NewSlackImporter(const ImportOptions& options) {
  return std::make_unique<SlackImporter>(options);
}

}  // namespace rookery::admin
