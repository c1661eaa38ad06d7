// The witness: whatever is in it, what is told of it is in order, and names are no longer than they can be.
#include <fstream>

#include "assembly/recovery.h"
#include "assembly/witness_file.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temp_dir.h"

using rookery::testing::FuzzCheck;

namespace assembly = rookery::assembly;
namespace crypto = rookery::crypto;

namespace {

constexpr const char* kStore = "store";
/// The records, the counters and the first entries of the ring: what is behind them is not damaged.
constexpr std::size_t kHead = std::size_t{14} << 10;

const crypto::KeyRing& Ring() {
  static const auto kRing =
      crypto::KeyRing::Make({.keys = {rookery::EncryptionKey::Parse(std::string(32, 'k')).value()}}, {}).value();
  return *kRing;
}

std::filesystem::path File() {
  static const rookery::testing::TempDir kDirectory;
  return kDirectory / "witness";
}

std::string Made(const crypto::KeyRing* keys) {
  const auto witness = assembly::WitnessFile::Begin(File(), kStore, 5, keys).value();
  for (std::uint64_t i = 6; i < 20; ++i) {
    witness->Wrote({.shard = rookery::ShardId{1},
                    .channel = "general",
                    .first = rookery::MessageId{i},
                    .last = rookery::MessageId{i},
                    .count = 1,
                    .position = i});
    witness->Applied(i);
  }
  std::ifstream in(File(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Read(const crypto::KeyRing* keys) {
  const auto testimony = assembly::WitnessFile::Read(File(), kStore, keys);
  if (!testimony) return;
  FuzzCheck(testimony->applied >= testimony->synced, "what was synced was applied");
  std::uint64_t before = 0;
  for (const auto& run : testimony->runs) {
    FuzzCheck(run.position >= before && run.run.channel.size() <= 80, "runs are in order");
    before = run.position;
  }
  static_cast<void>(assembly::Compare(*testimony, 7).Summary());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kWhole = Made(nullptr);
  {
    // In place, as all of it is a megabyte.
    std::fstream file(File(), std::ios::in | std::ios::out | std::ios::binary);
    std::string head(rookery::testing::FuzzInput(data, size).substr(0, kHead));
    head.resize(kHead, '\0');
    file << head;
  }
  Read(nullptr);
  Read(&Ring());
  static_cast<void>(assembly::WitnessFile::ReadKeyId(File()));
  return 0;
}

std::vector<std::string> FuzzSeeds() { return {Made(nullptr).substr(0, kHead), Made(&Ring()).substr(0, kHead)}; }
