// Mail archives: mbox, mboxrd and pipermail. Identity is the Message-ID within a list: a mail that stands in the
// archives twice is one message, as far as this import remembers (the last million mails).
#include <deque>
#include <unordered_map>

#include "admin/import/importer.h"
#include "admin/import/mail_parser.h"
#include "admin/import/mbox_splitter.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

/// Which mails were read, and the ids they got. Bounded: forgets the oldest.
class SeenMails {
 public:
  std::optional<MessageId> Find(std::string_view channel, std::string_view message_id) const {
    const auto found = ids_.find(KeyOf(channel, message_id));
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }

  void Add(std::string_view channel, std::string_view message_id, MessageId id) {
    const std::uint64_t key = KeyOf(channel, message_id);
    if (!ids_.emplace(key, id).second) return;
    order_.push_back(key);
    if (order_.size() <= kMaxMails) return;
    ids_.erase(order_.front());
    order_.pop_front();
  }

 private:
  static constexpr std::size_t kMaxMails = 1'000'000;

  static std::uint64_t KeyOf(std::string_view channel, std::string_view message_id) {
    return Hash64(message_id, Hash64(channel));
  }

  std::unordered_map<std::uint64_t, MessageId> ids_;
  std::deque<std::uint64_t> order_;
};

class MboxImporter final : public Importer {
 public:
  explicit MboxImporter(const ImportOptions& options) : options_(options) {}

  Match DetectFile(const Probe& probe) const override {
    std::string_view head = probe.head;
    while (head.starts_with('\n') || head.starts_with('\r')) head.remove_prefix(1);
    return ParseFromLine(Trim(head.substr(0, head.find('\n')))) ? Match::kYes : Match::kNo;
  }

  Status ReadFile(const InputFile& file, ImportSink* sink) override {
    ADMIN_ASSIGN_OR_RETURN(const auto stream, sink->Open(file));
    MboxSplitter mails(stream.get());
    RawMail raw;
    for (bool first = true;; first = false) {
      ADMIN_ASSIGN_OR_RETURN(const bool more, mails.Next(&raw));
      if (first && mails.began_with_garbage()) {
        ADMIN_TRY(sink->Problem(AtByte(0), "what stands before the first \"From address date\" line is no mail"));
      }
      if (!more) return {};
      ADMIN_TRY(ReadMail(file, raw, sink));
    }
  }

 private:
  Status ReadMail(const InputFile& file, const RawMail& raw, ImportSink* sink) {
    const Position position = AtByte(raw.offset);
    if (raw.too_large)
      return sink->Problem(position, "the mail is larger than 64 MiB, or has a line of more than 16 MiB");
    const auto mail = parser_.Parse(raw.bytes);
    if (!mail.has_value()) return sink->Problem(position, std::string(mail.error().message()));
    const std::string identity = mail->message_id.empty() ? HashText(raw.bytes) : mail->message_id;
    const std::string channel = ChannelOf(file, *mail);
    if (seen_.Find(channel, identity)) {
      sink->SkipDuplicate();
      return {};
    }
    const Timestamp time = mail->date.value_or(raw.from_date);
    const MessageId id = sink->IdAt(time, Hash64(identity));
    seen_.Add(channel, identity, id);
    const NewMessage message{.channel = channel,
                             .author = std::string_view(mail->author).substr(0, 1024),
                             .content = mail->content,
                             .reply_to = ParentOf(channel, *mail),
                             .nonce = NonceOf(identity, &nonce_hash_),
                             .attributes = AttributesOf(*mail),
                             .id = id,
                             .created_at = time,
                             .remember_nonce = false};
    return sink->Add(message, position);
  }

  std::string ChannelOf(const InputFile& file, const Mail& mail) const {
    if (!options_.channel.empty()) return options_.channel;
    return mail.list_id.empty() ? std::string(file.folder()) : mail.list_id;
  }

  MessageId ParentOf(std::string_view channel, const Mail& mail) const {
    for (const std::string& parent : {mail.in_reply_to, mail.references}) {
      if (parent.empty()) continue;
      if (const auto id = seen_.Find(channel, parent)) return *id;
    }
    return {};
  }

  static std::vector<Attribute> AttributesOf(const Mail& mail) {
    std::vector<Attribute> attributes;
    const auto add = [&](std::string_view name, std::string_view value) {
      constexpr std::size_t kMaxValueBytes = std::size_t{8} << 10;
      if (!value.empty()) attributes.push_back({name, value.substr(0, kMaxValueBytes)});
    };
    add("subject", mail.subject);
    add("message_id", mail.message_id);
    add("in_reply_to", mail.in_reply_to);
    add("references", mail.references == mail.in_reply_to ? std::string_view{} : mail.references);
    add("attachments", mail.attachments.size() > std::size_t{8} << 10 ? std::string_view{} : mail.attachments);
    add("content_type", mail.is_html ? "text/html" : "");
    return attributes;
  }

  const ImportOptions& options_;
  MailParser parser_;
  SeenMails seen_;
  std::string nonce_hash_;
};

}  // namespace

std::unique_ptr<Importer> NewMboxImporter(const ImportOptions& options) {
  return std::make_unique<MboxImporter>(options);
}

}  // namespace rookery::admin
