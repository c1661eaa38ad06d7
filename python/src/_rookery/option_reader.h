// Reads options out of a dict, one after the other; a key that nobody asked for is an error, as is a value that does
// not fit. Both are InvalidArgumentErrors that name the option with its path, such as "cache.capacity".
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "binding.h"
#include "convert.h"
#include "times.h"

namespace rookery::python {

class OptionReader {
 public:
  /// `path` is what the dict itself is called; empty for the outermost one.
  OptionReader(nb::handle dict, std::string path);

  /// The value, or a null handle where it is absent or None. It lives as long as the dict.
  nb::handle Take(const char* key);

  /// These leave *value alone where the option is absent or None.
  void Read(const char* key, bool* value);
  void Read(const char* key, std::string* value);
  void Read(const char* key, std::optional<std::string>* value);
  void Read(const char* key, std::optional<Timestamp>* value);
  void Read(const char* key, double* value);
  /// Seconds, whole or not.
  void Read(const char* key, std::chrono::milliseconds* value);
  template <std::integral T>
  requires(!std::is_same_v<T, bool>) void Read(const char* key, T* value) {
    constexpr std::uint64_t kHighest = std::numeric_limits<T>::max();
    if (const nb::handle given = Take(key); given.is_valid()) {
      *value = static_cast<T>(Whole(given, key, std::min<std::uint64_t>(kHighest, MessageId::kMax)));
    }
  }
  template <std::integral T>
  void Read(const char* key, std::optional<T>* value) {
    constexpr T kAbsent = std::numeric_limits<T>::max();  // more than any option may be
    T given = kAbsent;
    Read(key, &given);
    if (given != kAbsent) *value = given;
  }
  /// One of several words.
  template <typename T>
  void Read(const char* key, std::initializer_list<std::pair<std::string_view, T>> words, T* value) {
    const nb::handle given = Take(key);
    if (!given.is_valid()) return;
    std::string known;
    for (const auto& [word, meaning] : words) {
      if (Is(given, word)) {
        *value = meaning;
        return;
      }
      known.append(known.empty() ? "" : ", ").append(word);
    }
    RaiseWrong(key, given, "one of " + known);
  }

  /// The option's whole name.
  std::string NameOf(const char* key) const { return path_.empty() ? key : path_ + "." + key; }
  [[noreturn]] void RaiseWrong(const char* key, nb::handle got, const std::string& wanted) const;
  /// Raises if the dict has a key that was not taken.
  void Finish() const;

 private:
  std::string Text(nb::handle given, const char* key) const;
  std::int64_t Whole(nb::handle given, const char* key, std::uint64_t highest) const;
  static bool Is(nb::handle given, std::string_view word);

  const nb::dict dict_;
  const std::string path_;
  std::vector<const char*> taken_;
};

}  // namespace rookery::python
