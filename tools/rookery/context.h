// What a running command talks to: stdout for data, stderr for everything else, and the settings that shape both.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "settings.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's own
class App;
}

namespace rookery::cli {

enum class Paint : std::uint8_t { kDim, kBold, kAuthor, kBar, kError, kHint };

/// Thread-compatible; owned by Main, lent to the one command that runs.
class Context {
 public:
  Context(const Settings& settings, const CLI::App& root, std::ostream& out, std::ostream& error)
      : settings_(settings), root_(root), out_(out), error_(error) {}

  const Settings& settings() const { return settings_; }
  Layout layout() const { return settings_.layout; }
  /// The whole command line, for help and completion.
  const CLI::App& root() const { return root_; }

  /// Data, and nothing else.
  std::ostream& out() { return out_; }
  /// One line of JSON on stdout.
  void PrintJson(const nlohmann::ordered_json& object);
  /// `text` in a colour, where stdout shows colours.
  std::string Painted(Paint paint, std::string_view text) const;

  /// A line for a person on stderr. Nothing with --quiet or --json.
  void Note(std::string_view line);
  /// A line that matters on stderr, in --json as an object.
  void Warn(std::string_view line, const nlohmann::ordered_json& object);
  std::ostream& error() { return error_; }

 private:
  Settings settings_;
  const CLI::App& root_;
  std::ostream& out_;
  std::ostream& error_;
};

/// `text` between the escape sequences of a colour.
std::string Colored(Paint paint, std::string_view text);

/// JSON in one line; bytes that are not UTF-8, which only a bug could leave in it, are replaced.
std::string JsonLine(const nlohmann::ordered_json& object);

}  // namespace rookery::cli
