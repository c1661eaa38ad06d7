#include "tests/cache/traces.h"

#include <zstd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string_view>

namespace rookery::testing {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Decompressed(const std::string& bytes) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), &ZSTD_freeDStream);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string all;
  std::string chunk(ZSTD_DStreamOutSize(), '\0');
  while (in.pos < in.size) {
    ZSTD_outBuffer out{chunk.data(), chunk.size(), 0};
    if (ZSTD_isError(ZSTD_decompressStream(stream.get(), &out, &in)) != 0) return {};
    all.append(chunk, 0, out.pos);
  }
  return all;
}

std::uint32_t LittleEndian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '\t');) cells.push_back(cell);
  return cells;
}

}  // namespace

std::filesystem::path TraceDirectory() {
  const char* set = std::getenv("ROOKERY_TEST_TRACES");
  std::filesystem::path directory = set != nullptr ? set : ROOKERY_SOURCE_DIR "/../shared/traces";
  return std::filesystem::exists(directory / "reference.tsv") ? directory : std::filesystem::path{};
}

std::vector<TraceCell> ReadTraceTable(const std::string& file) {
  std::istringstream lines(ReadFile(TraceDirectory() / file));
  std::string line;
  std::getline(lines, line);
  std::map<std::string, std::size_t> column;
  for (const std::string& name : Split(line)) column.emplace(name, column.size());
  const std::size_t capacity =
      column.contains("capacity_bytes") ? column["capacity_bytes"] : column["capacity_entries"];

  std::vector<TraceCell> cells;
  while (std::getline(lines, line)) {
    const std::vector<std::string> fields = Split(line);
    const auto number = [&fields](std::size_t index) { return std::strtoull(fields[index].c_str(), nullptr, 10); };
    const std::string& trace = fields[column["trace"]];
    if (cells.empty() || cells.back().trace != trace || cells.back().capacity != number(capacity)) {
      cells.push_back({.trace = trace,
                       .requests = number(column["requests"]),
                       .keys = number(column["unique"]),
                       .capacity = number(capacity),
                       .fraction = column.contains("fraction") ? fields[column["fraction"]] : "",
                       .misses = {}});
    }
    cells.back().misses[fields[column["policy"]]] = number(column["misses"]);
  }
  return cells;
}

std::vector<Request> ReadTrace(const std::string& trace) {
  const std::filesystem::path stem = TraceDirectory() / trace;
  // Either keys alone, or records of key, size and operation.
  const bool has_sizes = std::filesystem::exists(stem.string() + ".req.zst");
  const std::string bytes = Decompressed(ReadFile(stem.string() + (has_sizes ? ".req.zst" : ".k32.zst")));
  const std::size_t record = has_sizes ? 12 : 4;
  std::vector<Request> requests(bytes.size() / record);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const char* at = bytes.data() + i * record;
    requests[i] = {LittleEndian(at), has_sizes ? LittleEndian(at + 4) : 1};
  }
  return requests;
}

}  // namespace rookery::testing
