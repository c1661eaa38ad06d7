#include "tests/support/documented_bytes.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace rookery::testing {
namespace {

constexpr std::size_t kBytesPerLine = 16;

template <typename... Arguments>
std::string Format(const char* format, Arguments... arguments) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, arguments...);
  return text.data();
}

std::string HexdumpLine(std::size_t offset, std::string_view bytes) {
  std::string hex = Format("%04zx ", offset);
  std::string characters;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex += Format(" %02x", value);
    characters += value >= 0x20 && value < 0x7F ? byte : '.';
  }
  hex.append(3 * (kBytesPerLine - bytes.size()), ' ');
  return hex + "  |" + characters + "|\n";
}

}  // namespace

std::string Hexdump(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    text += HexdumpLine(at, bytes.substr(at, kBytesPerLine));
  }
  return text;
}

std::string DocumentedHexdump(std::string_view page, std::string_view name) {
  std::ifstream file(std::filesystem::path(ROOKERY_SOURCE_DIR) / "docs" / page);
  const std::string begin = "```hexdump " + std::string(name);
  std::string line;
  while (std::getline(file, line) && line != begin) continue;
  std::string text;
  while (std::getline(file, line) && line != "```") text += line + "\n";
  return text;
}

}  // namespace rookery::testing
