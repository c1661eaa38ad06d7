#include "admin/import/irc_line.h"

#include <algorithm>
#include <array>

#include "admin/import/calendar.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

/// "12:34", "[12:34]" or "2017-01-02 12:34:56" at the front of *rest. False: the line has no time.
bool TakeTime(std::string_view* rest, IrcLine* line) {
  const bool bracket = TakePrefix(rest, "[");
  line->date = TakeIsoDate(rest);
  if (line->date && !TakePrefix(rest, " ") && !TakePrefix(rest, "T")) return false;
  const auto clock = TakeClock(rest);
  if (!clock || (bracket && !TakePrefix(rest, "]"))) return false;
  line->clock = *clock;
  line->has_time = true;
  return true;
}

/// The day in "Mon Jan 02 2017" or "Mon Jan 02 12:34:56 2017".
std::optional<std::chrono::year_month_day> ParseLogDate(std::string_view text) {
  std::array<std::string_view, 5> words;
  std::size_t count = 0;
  while (!(text = Trim(text)).empty() && count < words.size()) words[count++] = TakeUntil(&text, ' ');
  if (count < 4 || !IsWeekday(words[0])) return std::nullopt;
  const auto month = MonthOf(words[1]);
  const auto day = ParseInteger(words[2]);
  const auto year = ParseInteger(words[count - 1]);
  if (!month || !day || !year || *day < 1 || *day > 31 || *year < 1 || *year > 9999) return std::nullopt;
  return MakeDate(static_cast<int>(*year), *month, static_cast<int>(*day));
}

/// "--- Day changed ..." and "--- Log opened ..." of irssi.
void ParseDateLine(std::string_view rest, IrcLine* line) {
  if (!TakePrefix(&rest, "--- Day changed ") && !TakePrefix(&rest, "--- Log opened ")) return;
  line->date = ParseLogDate(rest);
  if (line->date) line->kind = IrcLine::Kind::kDate;
}

/// True for a bot that is named after what it does: only then is "[room] <nick> text" somebody else's message, not a
/// quotation.
bool IsBridgeName(std::string_view nick) {
  constexpr auto kWords = std::to_array<std::string_view>({"bridge", "relay", "discord", "matrix", "telegram"});
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return ContainsIgnoringCase(nick, word); });
}

/// "[room] <Real Nick> text" from a bridge: the author is the one that it speaks for.
void UnwrapBridge(IrcLine* line) {
  if (!IsBridgeName(line->author)) return;
  std::string_view rest = line->text;
  if (TakePrefix(&rest, "[")) {
    const std::size_t close = rest.find("] ");
    if (close == 0 || close == std::string_view::npos || close > 64) return;
    rest.remove_prefix(close + 2);
  }
  if (!TakePrefix(&rest, "<")) return;
  const std::size_t close = rest.find("> ");
  if (close == 0 || close == std::string_view::npos || close > 64) return;
  line->bridge = line->author;
  line->author = rest.substr(0, close);
  line->text = rest.substr(close + 2);
}

/// "<nick> text" at the front of `rest`; the nick may carry its mode: "< nick>", "<@nick>".
void ParseMessage(std::string_view rest, IrcLine* line) {
  const std::size_t close = rest.find('>');
  std::string_view nick = close == std::string_view::npos ? std::string_view{} : rest.substr(0, close);
  std::string_view text = close == std::string_view::npos ? rest : rest.substr(close + 1);
  constexpr std::string_view kModes = " @+%&~!";
  if (!nick.empty() && kModes.find(nick.front()) != std::string_view::npos) nick.remove_prefix(1);
  TakePrefix(&text, " ");
  line->kind = IrcLine::Kind::kMessage;
  line->author = nick;
  line->text = text;
  UnwrapBridge(line);
}

/// "nick waves" at the front of `rest`.
void ParseAction(std::string_view rest, IrcLine* line) {
  line->kind = IrcLine::Kind::kAction;
  line->author = TakeUntil(&rest, ' ');
  line->text = rest;
}

/// What follows the tab after the time in a WeeChat log.
void ParseWeechat(std::string_view rest, IrcLine* line) {
  std::string_view who = TakeUntil(&rest, '\t');
  constexpr auto kEvents = std::to_array<std::string_view>({"", "-->", "<--", "--", "=!="});
  if (std::find(kEvents.begin(), kEvents.end(), who) != kEvents.end()) return;
  if (Trim(who) == "*") return ParseAction(rest, line);
  constexpr std::string_view kModes = "@+%&~";
  if (who.size() > 1 && kModes.find(who.front()) != std::string_view::npos) who.remove_prefix(1);
  line->kind = IrcLine::Kind::kMessage;
  line->author = who;
  line->text = rest;
}

}  // namespace

IrcLine ParseIrcLine(std::string_view text) {
  IrcLine line;
  std::string_view rest = text;
  if (rest.empty()) {
    line.kind = IrcLine::Kind::kBlank;
  } else if (!TakeTime(&rest, &line)) {
    line.date.reset();
    ParseDateLine(text, &line);
  } else if (TakePrefix(&rest, "\t")) {
    ParseWeechat(rest, &line);
  } else if (const std::size_t spaces = rest.find_first_not_of(' '); spaces != 0 && spaces != std::string_view::npos) {
    rest.remove_prefix(spaces);
    // irssi's "< nick>" and everybody's "* nick" come right after the time; "***" is ZNC's mark of an event.
    if (spaces <= 2 && TakePrefix(&rest, "<")) {
      ParseMessage(rest, &line);
    } else if (TakePrefix(&rest, "* ")) {
      ParseAction(rest, &line);
    }
  }
  return line;
}

}  // namespace rookery::admin
