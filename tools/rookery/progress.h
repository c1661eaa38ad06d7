// How far a long command is, on stderr. A pure core that formats what is known, and a thin shell that knows the clock,
// the signals and how often to speak.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "context.h"

namespace rookery::cli {

/// What is done so far. Zeros say "not known" for the totals.
struct ProgressSample {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
  std::uint64_t total_items = 0;
  std::uint64_t total_bytes = 0;
  std::uint64_t bytes_per_second = 0;  // 0: by what is done since the phase began
  std::string_view phase = {};         // of a command that does one thing after the other; a literal
};

/// "import  3.2M messages  48 %  41.0 MiB/s  ETA 0:32"; of a phase that counts nothing only its name.
std::string ProgressLine(std::string_view verb, std::string_view items, const ProgressSample& sample,
                         std::chrono::duration<double> elapsed);
nlohmann::ordered_json ProgressToJson(std::string_view verb, const ProgressSample& sample,
                                      std::chrono::duration<double> elapsed);
/// nullopt while there is nothing to go by.
std::optional<std::chrono::seconds> TimeLeft(const ProgressSample& sample, std::chrono::duration<double> elapsed);

/// Owned by one command, called from one thread.
class Progress {
 public:
  /// `verb`: such as "import"; `items`: what is counted, such as "messages".
  Progress(Context& context, std::string_view verb, std::string_view items);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows what there is to show now. False: the user wants the command to stop.
  bool Update(const ProgressSample& sample);
  /// Takes the line off the terminal, so that something else can be written there.
  void Clear();
  std::chrono::duration<double> elapsed() const { return std::chrono::steady_clock::now() - start_; }

 private:
  void Show(const ProgressSample& sample);
  std::chrono::duration<double> phase_elapsed() const { return std::chrono::steady_clock::now() - phase_start_; }

  Context& context_;
  std::string verb_;
  std::string items_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point phase_start_ = start_;
  std::string_view phase_;
  std::optional<std::chrono::steady_clock::time_point> shown_;
  std::size_t line_width_ = 0;  // of what is on the terminal
};

}  // namespace rookery::cli
