// The options that every command has, and what the terminal says about them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rookery/encryption.h"
#include "rookery/recovery.h"

namespace rookery::cli {

enum class Layout : std::uint8_t {
  kTabs,      // for pipes: tab-separated, raw integers, no colour
  kTerminal,  // for people: aligned columns, grouped digits, local time
  kJson,
};

enum class ProgressMode : std::uint8_t {
  kNone,
  kLine,   // one line on the terminal, drawn over
  kPlain,  // a new line every few seconds
  kJson,   // JSON Lines
};

/// As given on the command line.
struct GlobalOptions {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  std::string color = "auto";
  std::string progress = "auto";
  std::optional<std::size_t> memory = {};  // bytes
  std::string recovery = "tail";
  std::vector<EncryptionKey> keys = {};  // the newest first
  std::optional<std::chrono::milliseconds> max_age = {};
};

/// What follows from the options, the environment and what stdout and stderr are connected to.
struct Settings {
  Layout layout = Layout::kTabs;
  ProgressMode progress = ProgressMode::kNone;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool color_out = false;
  bool color_error = false;
  std::optional<std::size_t> memory = {};  // StoreOptions::memory
  Recovery recovery = Recovery::kTail;
  std::vector<EncryptionKey> keys = {};                   // of EncryptionOptions; none: those of the environment
  std::optional<std::chrono::milliseconds> max_age = {};  // BesideOptions::max_age
};

/// The facts that Resolve goes by, so that tests can make them up.
struct Surroundings {
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  bool dumb_terminal = false;  // TERM is "dumb" or not set
  bool no_color = false;       // NO_COLOR is set and not empty
  bool force_color = false;    // CLICOLOR_FORCE is set, not empty and not "0"
};
Surroundings LookAround();

/// Pure. The order of precedence for colour: --color, NO_COLOR, CLICOLOR_FORCE, then whether it is a terminal.
Settings Resolve(const GlobalOptions& options, const Surroundings& surroundings);

}  // namespace rookery::cli
