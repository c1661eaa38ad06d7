#include "admin/text.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace rookery::admin {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualLower(char a, char b) { return Lower(a) == Lower(b); }

template <typename T>
std::optional<T> ParseWhole(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

bool IsUtf8(std::string_view bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

std::string Quoted(std::string_view bytes, std::size_t max_bytes) {
  std::string_view shown = bytes.substr(0, max_bytes);
  // A cut must not split a character, or all of the text would be shown as bytes.
  while (shown.size() < bytes.size() && !shown.empty() &&
         (static_cast<unsigned char>(bytes[shown.size()]) & 0xC0U) == 0x80U) {
    shown.remove_suffix(1);
  }
  const bool utf8 = IsUtf8(shown);
  std::string text = "\"";
  for (const char c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '"' || c == '\\' || (byte >= 0x80 && !utf8)) {
      std::array<char, 5> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
      text += escape.data();
    } else {
      text += c;
    }
  }
  text += shown.size() < bytes.size() ? "...\"" : "\"";
  return text;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view TakeUntil(std::string_view* rest, char separator) {
  const std::size_t at = rest->find(separator);
  const std::string_view part = rest->substr(0, at);
  rest->remove_prefix(at == std::string_view::npos ? rest->size() : at + 1);
  return part;
}

std::optional<int> TakeDigits(std::string_view* text, int digits) {
  const auto count = static_cast<std::size_t>(digits);
  if (text->size() < count || !std::all_of(text->begin(), text->begin() + digits, IsDigit)) return std::nullopt;
  const auto value = ParseWhole<int>(text->substr(0, count));
  text->remove_prefix(count);
  return value;
}

std::optional<std::int64_t> ParseInteger(std::string_view text) { return ParseWhole<std::int64_t>(text); }
std::optional<std::uint64_t> ParseUnsigned(std::string_view text) { return ParseWhole<std::uint64_t>(text); }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), EqualLower);
}

bool ContainsIgnoringCase(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(), EqualLower) != text.end();
}

}  // namespace rookery::admin
