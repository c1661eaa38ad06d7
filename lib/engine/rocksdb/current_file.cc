#include "engine/rocksdb/current_file.h"

#include <array>
#include <cerrno>
#include <fstream>

#include "engine/rocksdb/file_error.h"

namespace rookery::engine {

std::optional<std::string> ManifestNamedIn(std::string_view current) {
  constexpr std::string_view kStart = "MANIFEST-";
  if (!current.starts_with(kStart) || !current.ends_with('\n')) return std::nullopt;
  current.remove_suffix(1);
  const std::string_view number = current.substr(kStart.size());
  if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return std::string(current);
}

Result<std::string> ReadCurrent(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "CURRENT";
  std::ifstream file(path, std::ios::binary);
  if (!file && errno == ENOENT) return Status(StatusCode::kCorruption, path.string() + " is not there");
  if (!file) return FileError(path, "open", errno);
  std::array<char, 64> bytes{};
  file.read(bytes.data(), bytes.size());
  auto manifest = ManifestNamedIn({bytes.data(), static_cast<std::size_t>(file.gcount())});
  if (!manifest) return Status(StatusCode::kCorruption, path.string() + " is damaged: it does not name a MANIFEST");
  return *std::move(manifest);
}

}  // namespace rookery::engine
