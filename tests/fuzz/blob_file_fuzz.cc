// CheckBlobData: whatever bytes a blob file has, damage lies within it, and one that is whole has none.
#include "engine/rocksdb/blob_format.h"
#include "engine/rocksdb/crc32c.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::testing::FuzzCheck;

namespace engine = rookery::engine;

namespace {

std::string Number(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8U * i) & 0xFFU);
  return bytes;
}
std::string Summed(std::string bytes) {
  return bytes += Number(engine::MaskedCrc32c(engine::ExtendCrc32c(0, bytes)), 4);
}
std::string Row(const std::string& key, const std::string& value) {
  const std::string head = Summed(Number(key.size(), 8) + Number(value.size(), 8) + Number(0, 8));
  return head + Number(engine::MaskedCrc32c(engine::ExtendCrc32c(0, key + value)), 4) + key + value;
}
std::string File(const std::string& rows) {
  constexpr std::uint64_t kMagic = 2395959;
  return Number(kMagic, 4) + std::string(26, '\0') + rows + Summed(Number(kMagic, 4) + std::string(24, '\0'));
}
const std::string& Whole() {
  static const std::string kWhole = File(Row("key/1", "value") + Row("key/2", std::string(300, 'v')));
  return kWhole;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  std::size_t damages = 0;
  engine::CheckBlobData(input, [&](const engine::BlobDamage& damage) {
    FuzzCheck(damage.offset <= input.size() && damage.key.size() <= input.size(), "damage lies within the file");
    rookery::testing::FuzzRead(damage.key);
    ++damages;
  });
  FuzzCheck(damages > 0 || !input.empty(), "a file of nothing is damaged");
  if (input == Whole()) FuzzCheck(damages == 0, "one that is whole has no damage");
  return 0;
}

std::vector<std::string> FuzzSeeds() { return {Whole(), File(Row("k", "")), File("")}; }
