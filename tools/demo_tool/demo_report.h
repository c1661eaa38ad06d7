// The page that `make demo` ends with.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "measure.h"

namespace rookery::demo {

struct DemoFacts {
  std::string source;            // what was imported, in a few words
  std::string store;             // its path, as to be typed
  std::string command;           // the rookery command, as to be typed
  nlohmann::json import_report;  // what `rookery import --json` printed
};

/// `fancy`: bars of blocks and colour, for a terminal.
std::string DemoReport(const DemoFacts& facts, const Measurement& measurement, bool fancy);

}  // namespace rookery::demo
