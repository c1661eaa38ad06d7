// The outcome of a run, as a table for people and as JSON for tools.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/data/chat.h"
#include "bench/measurement.h"
#include "bench/report/environment.h"

namespace rookery::bench {

struct Sizes {
  ChatSizes chat;
  int rounds = 0;
  std::size_t content_bytes = 0;  // of all messages
  std::size_t encoded_bytes = 0;  // keys and values of all messages
};

/// The lines above the tables.
std::string HeaderText(const Environment& environment, const Sizes& sizes);
/// The table of one scenario: a line per contender and metric.
std::string TableText(const std::string& title, const std::vector<ResultRow>& rows);

/// {"machine", "versions", "commit", "build", "sizes", "rows": [{scenario, contender, metric, unit, value, ratio_to,
/// ratio}]}
std::string ToJson(const Environment& environment, const Sizes& sizes, const std::vector<ResultRow>& rows);
/// Writes a file whole, or throws Failure and leaves what was there.
void WriteFile(const std::filesystem::path& path, const std::string& text);

}  // namespace rookery::bench
