#include "admin/import/mbox_splitter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "admin/import/calendar.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

constexpr std::string_view kFrom = "From ";

/// "Message-ID: ..." and the like.
bool LooksLikeHeader(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return c > ' ' && c < 127; });
}

/// Undoes mboxrd: ">From " is "From ", ">>From " is ">From ".
std::string_view Unquoted(std::string_view line) {
  const std::size_t quotes = line.find_first_not_of('>');
  const bool quoted = quotes != 0 && quotes != std::string_view::npos && line.substr(quotes).starts_with(kFrom);
  return quoted ? line.substr(1) : line;
}

}  // namespace

std::optional<Timestamp> ParseFromLine(std::string_view line) {
  if (!line.starts_with(kFrom)) return std::nullopt;
  // The address may hold spaces ("a at b"): the date is found from its weekday.
  std::array<std::string_view, 5> last;  // words after the weekday: month, day, time, [zone,] year
  for (std::string_view rest = line.substr(kFrom.size()); !(rest = Trim(rest)).empty();) {
    if (!IsWeekday(TakeUntil(&rest, ' '))) continue;
    std::size_t count = 0;
    for (std::string_view words = rest; !(words = Trim(words)).empty() && count < last.size();)
      last[count++] = TakeUntil(&words, ' ');
    if (count < 4) return std::nullopt;
    const auto month = MonthOf(last[0]);
    const auto day = ParseInteger(last[1]);
    const auto clock = TakeClock(&last[2]);
    // The year is last, or before a zone such as "+0200"; a zone by name may stand before it.
    auto year = ParseInteger(last[3]);
    if (!year && count > 4) year = ParseInteger(last[4]);
    if (!month || !day || *day < 1 || *day > 31 || !clock || !year || *year < 1 || *year > 9999) continue;
    const auto date = MakeDate(static_cast<int>(*year), *month, static_cast<int>(*day));
    if (date) return Timestamp{std::chrono::sys_days{*date} + *clock};
  }
  return std::nullopt;
}

Result<bool> MboxSplitter::ReadLine() {
  if (!ahead_) return lines_.Next(&line_);
  held_ = *std::exchange(ahead_, std::nullopt);
  line_ = ahead_line_;
  line_.text = held_;
  return true;
}

Result<bool> MboxSplitter::BeginsMail(bool after_blank) {
  const auto date = ParseFromLine(line_.text);
  if (!date) return false;
  if (!after_blank) {
    held_ = std::string(line_.text);
    line_.text = held_;
    ADMIN_ASSIGN_OR_RETURN(const bool more, lines_.Next(&ahead_line_));
    if (more) ahead_ = std::string(ahead_line_.text);
    if (!more || !LooksLikeHeader(*ahead_)) return false;
  }
  next_date_ = date;
  next_offset_ = line_.offset;
  return true;
}

void MboxSplitter::Append(RawMail* mail) const {
  const std::string_view text = Unquoted(line_.text);
  mail->too_large = mail->too_large || line_.too_long || mail->bytes.size() + text.size() + 1 > max_mail_bytes_;
  if (!mail->too_large) mail->bytes.append(text).append("\n");
}

Status MboxSplitter::FindFirst() {
  started_ = true;
  bool after_blank = true;
  while (!next_date_) {
    ADMIN_ASSIGN_OR_RETURN(const bool more, ReadLine());
    if (!more) return {};
    ADMIN_ASSIGN_OR_RETURN(const bool begins, BeginsMail(after_blank));
    after_blank = line_.text.empty() && !line_.too_long;
    began_with_garbage_ = began_with_garbage_ || (!begins && !after_blank);
  }
  return {};
}

Result<bool> MboxSplitter::Next(RawMail* mail) {
  if (!started_) ADMIN_TRY(FindFirst());
  if (!next_date_) return false;
  mail->bytes.clear();
  mail->too_large = false;
  mail->offset = next_offset_;
  mail->from_date = *std::exchange(next_date_, std::nullopt);
  bool after_blank = false;
  while (true) {
    ADMIN_ASSIGN_OR_RETURN(const bool more, ReadLine());
    if (!more) return true;
    ADMIN_ASSIGN_OR_RETURN(const bool begins, BeginsMail(after_blank));
    if (begins) return true;
    after_blank = line_.text.empty() && !line_.too_long;
    Append(mail);
  }
}

}  // namespace rookery::admin
