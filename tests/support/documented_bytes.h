// Worked examples in docs/ that cannot go stale: a test encodes the example and compares it with the page.
#pragma once

#include <string>
#include <string_view>

namespace rookery::testing {

/// 16 bytes a line: offset, hex, and the printable characters.
std::string Hexdump(std::string_view bytes);

/// The text of the block that begins with "```hexdump NAME" in docs/`page`. Empty if there is none.
std::string DocumentedHexdump(std::string_view page, std::string_view name);

}  // namespace rookery::testing
