// The readable text of a mail: its plain text parts, or its first HTML part where there are none.
#pragma once

#include <gmime/gmime.h>

#include <string>

namespace rookery::admin {

struct MailBody {
  std::string text;
  bool is_html = false;
  std::string attachments;  // JSON array of {"name", "type"}; empty if there are none
};

/// Walks the parts without recursion and looks at a bounded number of them. `root` may be null.
MailBody ReadMailBody(GMimeObject* root);

}  // namespace rookery::admin
