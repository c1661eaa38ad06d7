#include "message_output.h"

#include <fmt/format.h>

#include "admin/message_json.h"
#include "text.h"

namespace rookery::cli {
namespace {

constexpr std::string_view kIndent = "    ";

/// The content with its further lines indented, without line breaks at its end.
std::string Body(std::string_view content) {
  while (content.ends_with('\n')) content.remove_suffix(1);
  std::string body;
  for (const char letter : TerminalText(content, LineBreaks::kKeep)) {
    body += letter;
    if (letter == '\n') body += kIndent;
  }
  return body;
}

std::string Speaker(const Context& context, const MessageView& message) {
  const std::string author = TerminalText(message.author());
  if ((message.flags() & kFlagAction) != 0) return "* " + context.Painted(Paint::kAuthor, author) + " ";
  if ((message.flags() & kFlagSystem) != 0) return "-- " + author + "  ";
  return "<" + context.Painted(Paint::kAuthor, author) + ">  ";
}

std::string Marks(const MessageView& message) {
  std::string marks;
  if (const auto replied = message.reply_to()) marks += fmt::format("(reply to {}) ", replied->value);
  if (message.edited_at()) marks += "(edited) ";
  if ((message.flags() & kFlagPinned) != 0) marks += "(pinned) ";
  return marks + fmt::format("#{}", message.id().value);
}

void PrintTabs(Context& context, const MessageView& message) {
  context.out() << message.id().value << '\t' << admin::FormatTimestamp(message.created_at()) << '\t'
                << TabText(message.author()) << '\t' << TabText(message.content()) << '\n';
}

}  // namespace

std::string ChatLine(const Context& context, const MessageView& message) {
  return context.Painted(Paint::kDim, LocalTime(message.created_at())) + "  " + Speaker(context, message) +
         Body(message.content()) + "  " + context.Painted(Paint::kDim, Marks(message));
}

void PrintMessage(Context& context, std::string_view channel, const MessageView& message) {
  switch (context.layout()) {
    case Layout::kJson:
      return context.PrintJson(admin::MessageToJson(channel, message));
    case Layout::kTabs:
      return PrintTabs(context, message);
    case Layout::kTerminal:
      context.out() << ChatLine(context, message) << '\n';
  }
}

}  // namespace rookery::cli
