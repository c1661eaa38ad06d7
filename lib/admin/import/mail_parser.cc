#include "admin/import/mail_parser.h"

#include <gmime/gmime.h>

#include <memory>

#include "admin/import/mail_body.h"
#include "admin/import/mail_filter.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

std::string Text(const char* text) { return text != nullptr ? std::string(text) : std::string(); }

/// The header as it was sent, folded lines joined; empty if there is none.
std::string RawHeader(GMimeMessage* message, const char* name) {
  GMimeHeaderList* const headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
  GMimeHeader* const header = g_mime_header_list_get_header(headers, name);
  const std::string raw = header != nullptr ? Text(g_mime_header_get_raw_value(header)) : std::string();
  std::string joined;
  for (const char c : Trim(raw)) {
    if (c != '\n' && c != '\r') joined += c;
  }
  return joined;
}

/// Archives hide addresses as "ada at example.org (Ada)".
std::string WithoutDisguise(const std::string& text) {
  constexpr std::string_view kAt = " at ";
  const std::size_t at = text.find(kAt);
  if (at == std::string::npos || text.find('@') != std::string::npos) return text;
  return text.substr(0, at) + "@" + text.substr(at + kAt.size());
}

std::string AuthorOf(GMimeMessage* message) {
  const std::string raw = WithoutDisguise(RawHeader(message, "From"));
  if (raw.empty()) return {};
  const Owned<InternetAddressList> list(internet_address_list_parse(nullptr, raw.c_str()));
  if (!list || internet_address_list_length(list.get()) == 0) return std::string(raw);
  InternetAddress* const first = internet_address_list_get_address(list.get(), 0);
  const std::string name(Trim(Text(internet_address_get_name(first))));
  if (!INTERNET_ADDRESS_IS_MAILBOX(first)) return name.empty() ? raw : name;
  std::string address = Text(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)));
  if (name.empty()) return address;
  return address.empty() ? name : name + " <" + address + ">";
}

std::optional<Timestamp> DateOf(GMimeMessage* message) {
  constexpr Timestamp kFirst{std::chrono::sys_days{std::chrono::year{1980} / 1 / 1}};
  constexpr Timestamp kEnd{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}};
  GDateTime* const date = g_mime_message_get_date(message);
  if (date == nullptr) return std::nullopt;
  const Timestamp time{std::chrono::seconds{g_date_time_to_unix(date)}};
  return time >= kFirst && time < kEnd ? std::optional(time) : std::nullopt;
}

Owned<GMimeMessage> ParseMessage(std::string_view bytes) {
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  return Owned<GMimeMessage>(g_mime_parser_construct_message(parser.get(), nullptr));
}

}  // namespace

std::string LastInBrackets(std::string_view header) {
  const std::size_t close = header.rfind('>');
  if (close == std::string_view::npos) return {};
  const std::size_t open = header.rfind('<', close);
  if (open == std::string_view::npos) return {};
  return std::string(Trim(header.substr(open + 1, close - open - 1)));
}

MailParser::MailParser() { g_mime_init(); }

Result<Mail> MailParser::Parse(std::string_view bytes) const {
  ADMIN_ASSIGN_OR_RETURN(const std::string filtered, FilterMail(bytes));
  const Owned<GMimeMessage> message = ParseMessage(filtered);
  if (!message) return Status{StatusCode::kCorruption, "the mail cannot be read"};
  Mail mail;
  mail.author = AuthorOf(message.get());
  mail.subject = Text(g_mime_message_get_subject(message.get()));
  const std::string id = RawHeader(message.get(), "Message-ID");
  mail.message_id = LastInBrackets(id);
  if (mail.message_id.empty()) mail.message_id = std::string(Trim(id));
  mail.in_reply_to = LastInBrackets(RawHeader(message.get(), "In-Reply-To"));
  mail.references = LastInBrackets(RawHeader(message.get(), "References"));
  mail.list_id = LastInBrackets(RawHeader(message.get(), "List-Id"));
  mail.date = DateOf(message.get());
  MailBody body = ReadMailBody(g_mime_message_get_mime_part(message.get()));
  mail.content = std::move(body.text);
  mail.is_html = body.is_html;
  mail.attachments = std::move(body.attachments);
  return mail;
}

}  // namespace rookery::admin
