// CURRENT and its kept copy: what is read names a file beside it, and an encrypted one is never read as one in clear.
#include <fstream>

#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/data_writer.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temp_dir.h"

using rookery::testing::FuzzCheck;

namespace crypto = rookery::crypto;
namespace engine = rookery::engine;

namespace {

const crypto::KeyRing& Ring() {
  static const auto kRing =
      crypto::KeyRing::Make({.keys = {rookery::EncryptionKey::Parse(std::string(32, 'k')).value()}}, {}).value();
  return *kRing;
}

void Check(const rookery::Result<engine::CurrentFile>& current, std::string_view bytes) {
  if (!current) return;
  FuzzCheck(current->bytes == bytes, "the bytes are those of the file");
  FuzzCheck(current->manifest.starts_with("MANIFEST-") && current->manifest.find('/') == std::string::npos,
            "what is named is a manifest beside it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rookery::testing::TempDir kDirectory;
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  if (const auto named = engine::ManifestNamedIn(input)) FuzzCheck(*named + "\n" == input, "a name is all there is");
  std::ofstream(kDirectory / "CURRENT", std::ios::binary) << input;
  const auto in_clear = engine::ReadCurrentFile(kDirectory.path(), nullptr);
  const auto encrypted = engine::ReadCurrentFile(kDirectory.path(), &Ring());
  FuzzCheck(!in_clear || !encrypted, "it is in clear or encrypted");
  if (input.size() > (std::size_t{4} << 10) + 64) return 0;  // longer than any
  Check(in_clear, input);
  Check(encrypted, input);
  return 0;
}

std::vector<std::string> FuzzSeeds() {
  return {"MANIFEST-000005\n", engine::FileOf("MANIFEST-000005\n", &Ring()).value(),
          engine::FileOf("", &Ring()).value()};
}
