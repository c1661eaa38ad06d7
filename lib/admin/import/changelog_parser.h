// Debian changelogs (deb-changelog(5)), entry by entry. Pure text.
//
//   package (version) distribution; urgency=medium
//
//     * What changed.
//
//    -- Maintainer Name <mail@example.org>  Sat, 10 Oct 2020 21:01:16 +0200
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/types.h"

namespace rookery::admin {

struct ChangelogHeading {
  std::string_view package;
  std::string_view version;
  std::string_view distribution;
  std::string_view urgency;
};
/// nullopt: the line is no heading.
std::optional<ChangelogHeading> ParseChangelogHeading(std::string_view line);

struct ChangelogTrailer {
  std::string_view author;
  std::string_view date;
};
/// nullopt: the line is no " -- Name <mail>  date".
std::optional<ChangelogTrailer> ParseChangelogTrailer(std::string_view line);

}  // namespace rookery::admin
