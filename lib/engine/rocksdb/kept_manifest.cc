#include "engine/rocksdb/kept_manifest.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;

/// "MANIFEST-000005" before "MANIFEST-1000000": the digits say when it was made.
bool IsOlder(std::string_view manifest, std::string_view other) {
  return manifest.size() != other.size() ? manifest.size() < other.size() : manifest < other;
}

}  // namespace

bool BeginsWith(const fs::path& file, const fs::path& copy) {
  constexpr std::size_t kAtOnce = std::size_t{16} << 10;
  std::ifstream whole(file, std::ios::binary);
  std::ifstream begin(copy, std::ios::binary);
  std::array<char, kAtOnce> wanted{};
  std::array<char, kAtOnce> found{};
  for (;;) {
    begin.read(wanted.data(), wanted.size());
    const std::streamsize bytes = begin.gcount();
    if (bytes <= 0) return true;
    whole.read(found.data(), bytes);
    if (whole.bad()) return true;  // what cannot be read has lost nothing; who opens it says so
    if (whole.gcount() != bytes || !std::equal(found.begin(), found.begin() + bytes, wanted.begin())) return false;
  }
}

std::string FindManifestLoss(const fs::path& directory, const crypto::KeyRing* keys, bool machine_went_down) {
  const fs::path kept = KeptDirectory(directory);
  const auto named = ReadCurrent(directory, keys);
  const auto copied = ReadCurrent(kept, keys);
  if (!named || !copied) return {};
  if (*named != *copied) {
    return IsOlder(*named, *copied) ? "CURRENT names " + *named + ", which is older than " + *copied : std::string();
  }
  const fs::path manifest = directory / *named;
  const fs::path copy = kept / *copied;
  if (BeginsWith(manifest, copy) || (machine_went_down && BeginsWith(copy, manifest))) return {};
  // A copy that is damaged itself says nothing.
  const auto records = ReadLog(copy, keys, {});
  if (!records || !records->damages.empty() || records->end < records->bytes) return {};
  return *named + " has lost what the copy of it in " + kept.string() + " has";
}

}  // namespace rookery::engine
