// ParseLogList: any bytes are a list, or damaged; an end that is cut takes nothing away but what it had.
#include "engine/rocksdb/crc32c.h"
#include "engine/rocksdb/log_list.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::testing::FuzzCheck;

namespace engine = rookery::engine;

namespace {

std::string Line(const std::string& text) { return text + " " + std::to_string(engine::ExtendCrc32c(0, text)) + "\n"; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  const auto logs = engine::ParseLogList(input);
  if (!logs) return 0;
  FuzzCheck(logs->size() <= input.size(), "a list has no more logs than bytes");
  const std::string more = std::string(input) + Line("add 999999 1");
  const auto longer = engine::ParseLogList(more);
  const bool ends_whole = input.ends_with('\n');
  if (longer && ends_whole) FuzzCheck(longer->contains(999999), "a line that is whole counts");
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  const std::string title = "rookery logs 1\n";
  return {title, title + Line("add 12 345") + Line("end 12 4096") + Line("add 13 400") + Line("gone 12"),
          title + Line("add 18446744073709551615 0")};
}
