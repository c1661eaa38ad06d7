// Messages on stdout: the export schema in JSON, four columns of TSV, or chat lines for people.
#pragma once

#include <string>
#include <string_view>

#include "context.h"
#include "rookery/message.h"

namespace rookery::cli {

/// JSON: the line that export writes. TSV: id, created_at, author, content. Terminal: ChatLine.
void PrintMessage(Context& context, std::string_view channel, const MessageView& message);

/// "2026-01-31 23:59:59  <ada>  hello, all  (edited) #42", with further lines of the content indented below. The text
/// comes from strangers: nothing in it reaches the terminal as a control character.
std::string ChatLine(const Context& context, const MessageView& message);

}  // namespace rookery::cli
