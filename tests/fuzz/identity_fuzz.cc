// The identity file ROOKERY: what is read is an identity that can be computed with, and is written again as the same.
#include <fstream>

#include "assembly/checked_lines.h"
#include "assembly/store_directory.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temp_dir.h"

using rookery::testing::FuzzCheck;

namespace assembly = rookery::assembly;

namespace {

const rookery::testing::TempDir& Directory() {
  static const rookery::testing::TempDir kDirectory;
  return kDirectory;
}

void Read(std::string_view bytes) {
  const assembly::StoreDirectory directory(Directory().path());
  std::ofstream(directory.identity_path(), std::ios::binary) << bytes;
  const auto identity = directory.ReadIdentity();
  if (!identity) return;
  FuzzCheck(identity->store_id.size() == 32, "a store's id has 32 digits");
  FuzzCheck(identity->format <= assembly::kStoreFormat, "a newer format is refused");
  FuzzCheck(!(identity->epoch + std::chrono::milliseconds{1} < identity->epoch), "times can be added to the epoch");
}

std::string Written(const assembly::Identity& identity) {
  const assembly::StoreDirectory directory(Directory().path());
  FuzzCheck(directory.WriteIdentity(identity).ok(), "an identity can be written");
  std::ifstream in(directory.identity_path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  Read(input);
  // And with a checksum that is right, so that what is behind it is reached.
  const std::size_t last = input.rfind("checksum ");
  Read(assembly::WithChecksum(std::string(input.substr(0, last))));
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  assembly::Identity identity{.store_id = std::string(32, 'a'), .epoch = {}, .created_at = {}};
  std::vector<std::string> seeds{Written(identity)};
  identity.cell = assembly::CellMark{.name = "dm", .store_id = std::string(32, 'b')};
  identity.key_id = std::string(32, 'c');
  seeds.push_back(Written(identity));
  return seeds;
}
