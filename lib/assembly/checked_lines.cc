#include "assembly/checked_lines.h"

#include <sstream>

#include "codec/checksum.h"

namespace rookery::assembly {

std::string WithChecksum(std::string lines) {
  const std::string checksum = codec::ChecksumOf(lines).ToHex();
  return std::move(lines) + "checksum " + checksum + "\n";
}

std::string CheckedLines::Read(const std::string& name) const {
  const auto field = fields.find(name);
  return field == fields.end() ? std::string() : field->second;
}

std::optional<CheckedLines> ParseCheckedLines(std::string_view text, std::string_view title) {
  std::istringstream in{std::string(text)};
  std::string line;
  if (!std::getline(in, line) || line != title) return std::nullopt;
  CheckedLines lines;
  while (std::getline(in, line)) {
    const std::size_t space = line.find(' ');
    if (space != std::string::npos) lines.fields[line.substr(0, space)] = line.substr(space + 1);
  }
  const std::size_t last = text.rfind("\nchecksum ");
  lines.whole = last != std::string_view::npos && WithChecksum(std::string(text.substr(0, last + 1))) == text;
  return lines;
}

}  // namespace rookery::assembly
