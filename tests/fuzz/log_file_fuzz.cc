// ReadLogData and LogWriter: whatever bytes a log has, its records lie within it, and are read again once they are
// written again.
#include <fstream>
#include <iterator>

#include "engine/rocksdb/data_writer.h"
#include "engine/rocksdb/log_format.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temp_dir.h"

using rookery::testing::FuzzCheck;

namespace engine = rookery::engine;
namespace fs = std::filesystem;

namespace {

const fs::path& Scratch() {
  static const rookery::testing::TempDir kDirectory;
  static const fs::path kFile = kDirectory / "000001.log";
  return kFile;
}

std::string Written(const std::vector<std::string>& records) {
  engine::LogWriter writer = engine::LogWriter::Create(Scratch(), nullptr).value();
  for (const std::string& record : records) writer.Add(record);
  FuzzCheck(writer.Finish().ok(), "a log can be written");
  std::ifstream in(Scratch(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

engine::LogSummary Read(std::string_view data, std::vector<std::string>* records) {
  return engine::ReadLogData(data, {.record =
                                        [&](std::string_view record) {
                                          rookery::testing::FuzzRead(record);
                                          records->emplace_back(record);
                                        },
                                    .damage = {}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  std::vector<std::string> records;
  const engine::LogSummary summary = Read(input, &records);
  std::size_t bytes = 0;
  for (const std::string& record : records) bytes += record.size();
  FuzzCheck(bytes <= input.size() && records.size() == summary.records, "records lie within the log");
  FuzzCheck(summary.bytes == input.size() && summary.end <= summary.bytes, "a log ends within its file");
  for (const engine::LogDamage& damage : summary.damages) {
    FuzzCheck(damage.offset <= input.size() && damage.bytes <= input.size() - damage.offset, "damage lies within it");
  }
  if (records.empty()) return 0;
  std::vector<std::string> again;
  const engine::LogSummary whole = Read(Written(records), &again);
  engine::LogLength length;
  for (const std::string& record : records) length.Add(record.size());
  FuzzCheck(length.bytes() == whole.bytes, "its length is known from its records");
  FuzzCheck(again == records && whole.damages.empty() && whole.end == whole.bytes, "what is written is read");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds{Written({"one", "two", "", "three"}),
                                 Written({std::string(40'000, 'x'), "behind", std::string(70'000, 'y')})};
  seeds.push_back(seeds[0] + std::string(100, '\0'));
  return seeds;
}
