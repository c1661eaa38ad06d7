// A decoder with a bug: it believes a length. That fuzzing finds it shows that fuzzing looks.
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr std::string_view kMagic = "nest";
constexpr std::size_t kRoom = 64;

}  // namespace

std::vector<std::string> FuzzSeeds() {
  return {
      "nest\x03"
      "abc"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  if (!input.starts_with(kMagic) || input.size() == kMagic.size()) return 0;
  const std::string copy(input.substr(kMagic.size() + 1, kRoom));
  const auto length = static_cast<unsigned char>(input[kMagic.size()]);
  rookery::testing::FuzzRead({copy.data(), length});
  return 0;
}
