// DecodeManifest: what is handed out is written again as the same bytes, and names nothing outside of a directory.
#include "backup/manifest.h"
#include "codec/checksum.h"
#include "tests/fuzz/fuzz_target.h"

using rookery::testing::FuzzCheck;

namespace backup = rookery::backup;

namespace {

void Decode(std::string_view input) {
  const auto manifest = backup::DecodeManifest(input);
  if (!manifest) return;
  FuzzCheck(backup::EncodeManifest(*manifest) == input, "a manifest has one encoding");
  FuzzCheck(backup::IsBackupName(manifest->name), "a backup has a name");
  for (const backup::ManifestCell& cell : manifest->cells) {
    FuzzCheck(cell.cell.name.find_first_of("./") == std::string::npos, "a cell's name is no path");
    for (const backup::ManifestFile& file : cell.files) {
      FuzzCheck(file.name.find('/') == std::string::npos && !file.name.starts_with('.'), "a file's name is no path");
    }
  }
  FuzzCheck(backup::InfoOf(*manifest).bytes <= (std::uint64_t{1} << 60), "sizes can be added up");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  Decode(input);
  // And with a checksum that is right, so that what is behind it is reached.
  std::string sealed(input.substr(0, input.rfind("checksum ")));
  sealed += "checksum " + rookery::codec::ChecksumOf(sealed).ToHex() + "\n";
  Decode(sealed);
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  backup::Manifest manifest{.name = "000007-20261123T165102Z",
                            .store_id = std::string(32, 'a'),
                            .made_by = "0.1.0",
                            .created_at = {},
                            .left_out = {"dm"},
                            .cells = {}};
  backup::ManifestCell& main = manifest.cells.emplace_back();
  main.cell.name = "main";
  main.cell.store_id = manifest.store_id;
  main.key_ids = {std::string(32, 'b'), std::string(32, 'c')};
  main.cell.shards.push_back({.counts = {.messages = 5}, .print = {.rows = 9, .bytes = 1000, .high = 1, .low = 2}});
  for (const char* name : {"CURRENT", "MANIFEST-000005", "000006.log", "ROOKERY"}) {
    main.files.push_back({.name = name, .size = 10, .checksum = {3, 4}, .shared = false});
  }
  main.files.push_back({.name = "000012.sst", .size = 4096, .checksum = {5, 6}, .shared = true});
  return {backup::EncodeManifest(manifest)};
}
