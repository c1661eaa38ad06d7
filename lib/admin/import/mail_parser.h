// One mail taken apart: headers decoded, the readable text found among its MIME parts and turned into UTF-8. By gmime.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery::admin {

struct Mail {
  std::string author;  // "Name <address>", or what there is of it
  std::string subject;
  std::string message_id;         // without angle brackets, as are the next two
  std::string in_reply_to;        // the mail that it answers: the last id of In-Reply-To
  std::string references;         // the last id of References
  std::string list_id;            // the part of List-Id in angle brackets
  std::optional<Timestamp> date;  // absent: there is none, it cannot be read, or it is before 1980 or after 2100
  std::string content;
  bool is_html = false;     // there is no plain text: `content` is HTML
  std::string attachments;  // JSON array of {"name", "type"}; empty if there are none
};

/// Uses what all of gmime's users share in this process. May be used by one thread at a time.
class MailParser {
 public:
  MailParser();

  /// `bytes`: headers, a blank line, the body. kCorruption: it is no mail.
  Result<Mail> Parse(std::string_view bytes) const;
};

/// The last "<...>" of a header, without the brackets; empty if there is none.
std::string LastInBrackets(std::string_view header);

}  // namespace rookery::admin
