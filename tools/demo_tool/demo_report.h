// The page that `make demo` ends with.
#pragma once

#include <istream>
#include <map>
#include <string>

#include "measure.h"

namespace rookery::demo {

struct DemoFacts {
  std::string source;                           // what was imported, in a few words
  std::string store;                            // its path, as to be typed
  std::string command;                          // the rookery command, as to be typed
  std::map<std::string, double> import_report;  // the numbers that `rookery import` printed, by name
};

/// Lines of name, tab, value; values that are no numbers are left out.
std::map<std::string, double> ReadReport(std::istream& in);

/// `fancy`: bars of blocks and colour, for a terminal.
std::string DemoReport(const DemoFacts& facts, const Measurement& measurement, bool fancy);

}  // namespace rookery::demo
