#include "text.h"

#include <fmt/format.h>

#include <array>
#include <clocale>
#include <ctime>
#include <cwchar>
#include <cwctype>
#include <iterator>

namespace rookery::cli {
namespace {

/// Characters that change the direction of what follows: a name could pose as another.
bool ReordersText(wchar_t character) {
  return (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
}

struct Decoded {
  wchar_t character = 0;
  std::size_t length = 0;  // 0: not a character
};

Decoded DecodeFront(std::string_view bytes) {
  std::mbstate_t state{};
  Decoded decoded;
  const std::size_t length = std::mbrtowc(&decoded.character, bytes.data(), bytes.size(), &state);
  const bool complete = length != 0 && length <= bytes.size();  // the error values are larger than any size
  if (complete) decoded.length = length;
  return decoded;
}

bool SafeOnTerminal(const Decoded& decoded) {
  if (decoded.length == 0 || ReordersText(decoded.character)) return false;
  return std::iswprint(static_cast<std::wint_t>(decoded.character)) != 0;
}

void AppendEscaped(std::string_view bytes, std::string* text) {
  for (const char byte : bytes)
    fmt::format_to(std::back_inserter(*text), "\\x{:02x}", static_cast<unsigned char>(byte));
}

}  // namespace

void UseUtf8() {
  for (const char* locale : {"C.UTF-8", "C.utf8", "en_US.UTF-8"}) {
    if (std::setlocale(LC_CTYPE, locale) != nullptr) return;
  }
}

std::string TabText(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char byte : bytes) {
    switch (byte) {
      case '\t':
        text += "\\t";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\\':
        text += "\\\\";
        break;
      default:
        text += byte;
    }
  }
  return text;
}

std::string TerminalText(std::string_view bytes, LineBreaks line_breaks) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const bool keep_break = bytes.front() == '\n' && line_breaks == LineBreaks::kKeep;
    const Decoded decoded = DecodeFront(bytes);
    const std::size_t length = decoded.length == 0 ? 1 : decoded.length;
    if (keep_break || SafeOnTerminal(decoded)) {
      text.append(bytes.substr(0, length));
    } else if (bytes.front() == '\t' && line_breaks == LineBreaks::kKeep) {
      text += "    ";
    } else {
      AppendEscaped(bytes.substr(0, length), &text);
    }
    bytes.remove_prefix(length);
  }
  return text;
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Decoded decoded = DecodeFront(text);
    const int columns = decoded.length == 0 ? 1 : ::wcwidth(decoded.character);
    width += columns > 0 ? static_cast<std::size_t>(columns) : 0;
    text.remove_prefix(decoded.length == 0 ? 1 : decoded.length);
  }
  return width;
}

std::string GroupDigits(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string HumanCount(double number) {
  constexpr std::array<const char*, 5> kUnits = {"", "k", "M", "G", "T"};
  std::size_t unit = 0;
  for (; number >= 999.95 && unit + 1 < kUnits.size(); ++unit) number /= 1000;
  return unit == 0 ? fmt::format("{:.0f}", number) : fmt::format("{:.1f}{}", number, kUnits[unit]);
}

std::string HumanBytes(double bytes) {
  constexpr std::array<const char*, 6> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  for (; bytes >= 1023.95 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

std::string HumanDuration(std::chrono::seconds duration) {
  const auto total = duration.count();
  if (total >= 3600) return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
  return fmt::format("{}:{:02}", total / 60, total % 60);
}

std::string LocalTime(Timestamp time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return std::to_string(seconds);
  std::array<char, 64> buffer{};
  std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return buffer.data();
}

}  // namespace rookery::cli
