// Public request traces and what simulators of others made of them, to judge eviction policies by. They are data that
// is not part of the project: ROOKERY_TEST_TRACES says where they are; without them the tests that need them are
// skipped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rookery::testing {

struct Request {
  std::uint32_t key;
  std::uint32_t size;  // bytes; 1 in a trace without sizes
};

/// What a table of results says of one trace with one capacity.
struct TraceCell {
  std::string trace;
  std::size_t requests = 0;
  std::size_t keys = 0;
  std::size_t capacity = 0;                     // in units of Request::size, or in entries
  std::string fraction;                         // of the keys, in tables that have it
  std::map<std::string, std::uint64_t> misses;  // by policy

  double hit_percent(const std::string& policy) const {
    return 100.0 * (1 - static_cast<double>(misses.at(policy)) / static_cast<double>(requests));
  }
};

/// Empty if there are no traces.
std::filesystem::path TraceDirectory();

/// One of the directory's tables, in its order. Empty if there is none.
std::vector<TraceCell> ReadTraceTable(const std::string& file);

/// Empty if it cannot be read.
std::vector<Request> ReadTrace(const std::string& trace);

}  // namespace rookery::testing
