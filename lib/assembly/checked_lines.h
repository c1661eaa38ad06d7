// Small files that people can read: a title, lines of "name value", and a last line "checksum" of all before it.
#pragma once

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::assembly {

/// `lines` begins with the title; each ends with a newline.
std::string WithChecksum(std::string lines);

struct CheckedLines {
  bool whole = false;                         // the checksum is there and fits
  std::map<std::string, std::string> fields;  // also of one that is damaged

  /// Whether the field is there and is a number.
  template <typename Number>
  bool Read(const std::string& name, Number* number) const {
    const auto field = fields.find(name);
    if (field == fields.end()) return false;
    const std::string& text = field->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
    return error == std::errc{} && end == text.data() + text.size();
  }
  /// Empty if it is not there.
  std::string Read(const std::string& name) const;
};

/// nullopt: it has another title.
std::optional<CheckedLines> ParseCheckedLines(std::string_view text, std::string_view title);

}  // namespace rookery::assembly
