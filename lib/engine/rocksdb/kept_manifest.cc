#include "engine/rocksdb/kept_manifest.h"

#include <array>
#include <string_view>

#include "base/file_reader.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;

/// Of bytes that are not there: none.
std::size_t ReadNext(Result<base::FileReader>* file, char* to, std::size_t size, bool* failed) {
  if (!*file) return 0;
  const auto got = (*file)->Read(to, size);
  *failed = *failed || !got;
  return got.value_or(0);
}

}  // namespace

bool IsOlderManifest(std::string_view manifest, std::string_view other) {
  return manifest.size() != other.size() ? manifest.size() < other.size() : manifest < other;
}

bool BeginsWith(const fs::path& file, const fs::path& copy) {
  constexpr std::size_t kAtOnce = std::size_t{16} << 10;
  auto whole = base::FileReader::Open(file);
  auto begin = base::FileReader::Open(copy);
  // What cannot be read has lost nothing; who opens it says so.
  bool failed = !whole && whole.error().code() != StatusCode::kNotFound;
  std::array<char, kAtOnce> wanted{};
  std::array<char, kAtOnce> found{};
  for (;;) {
    const std::size_t bytes = ReadNext(&begin, wanted.data(), wanted.size(), &failed);
    const std::size_t there = ReadNext(&whole, found.data(), bytes, &failed);
    if (bytes == 0 || failed) return true;
    if (there != bytes || std::string_view(found.data(), bytes) != std::string_view(wanted.data(), bytes)) return false;
  }
}

std::string FindManifestLoss(const fs::path& directory, const crypto::KeyRing* keys, bool machine_went_down) {
  const fs::path kept = KeptDirectory(directory);
  const auto named = ReadCurrent(directory, keys);
  const auto copied = ReadCurrent(kept, keys);
  if (!named || !copied) return {};
  if (*named != *copied) {
    return IsOlderManifest(*named, *copied) ? "CURRENT names " + *named + ", which is older than " + *copied
                                            : std::string();
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
