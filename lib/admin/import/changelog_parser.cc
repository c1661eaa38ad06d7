#include "admin/import/changelog_parser.h"

#include <algorithm>

#include "admin/text.h"

namespace rookery::admin {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '+' || c == '-' || c == '.' || c == '_';
}

}  // namespace

std::optional<ChangelogHeading> ParseChangelogHeading(std::string_view line) {
  ChangelogHeading heading;
  heading.package = TakeUntil(&line, ' ');
  if (heading.package.empty() || !std::all_of(heading.package.begin(), heading.package.end(), IsNameCharacter))
    return std::nullopt;
  line = Trim(line);
  if (!line.starts_with('(')) return std::nullopt;
  line.remove_prefix(1);
  const std::size_t close = line.find(')');
  const std::size_t semicolon = line.find(';');
  if (close == std::string_view::npos || semicolon == std::string_view::npos || semicolon < close) return std::nullopt;
  heading.version = Trim(line.substr(0, close));
  heading.distribution = Trim(line.substr(close + 1, semicolon - close - 1));
  if (heading.version.empty() || heading.version.find(' ') != std::string_view::npos) return std::nullopt;
  for (std::string_view rest = line.substr(semicolon + 1); !rest.empty();) {
    std::string_view value = Trim(TakeUntil(&rest, ','));
    if (EqualsIgnoringCase(Trim(TakeUntil(&value, '=')), "urgency")) heading.urgency = Trim(value);
  }
  return heading;
}

std::optional<ChangelogTrailer> ParseChangelogTrailer(std::string_view line) {
  constexpr std::string_view kMark = " -- ";
  if (!line.starts_with(kMark)) return std::nullopt;
  line.remove_prefix(kMark.size());
  const std::size_t close = line.rfind('>');
  if (close == std::string_view::npos) return std::nullopt;
  return ChangelogTrailer{Trim(line.substr(0, close + 1)), Trim(line.substr(close + 1))};
}

}  // namespace rookery::admin
