#include "engine/rocksdb/current_file.h"

#include <utility>

#include "base/file_reader.h"
#include "base/macros.h"
#include "crypto/file_header.h"

namespace rookery::engine {

std::optional<std::string> ManifestNamedIn(std::string_view current) {
  constexpr std::string_view kStart = "MANIFEST-";
  if (!current.starts_with(kStart) || !current.ends_with('\n')) return std::nullopt;
  current.remove_suffix(1);
  const std::string_view number = current.substr(kStart.size());
  if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return std::string(current);
}

Result<CurrentFile> ReadCurrentFile(const std::filesystem::path& directory, const crypto::KeyRing* keys) {
  constexpr std::size_t kMostBytes = crypto::kHeaderBytes + 64;
  const std::filesystem::path path = directory / "CURRENT";
  auto bytes = base::ReadSmallFile(path, kMostBytes);
  if (!bytes && bytes.error().code() == StatusCode::kNotFound) {
    return Status(StatusCode::kCorruption, path.string() + " is not there");
  }
  if (!bytes) return bytes.error();
  CurrentFile current{.bytes = *std::move(bytes), .manifest = {}};
  std::string text = current.bytes;
  if (keys != nullptr && crypto::IsUnfinishedHeader(text)) {
    text.clear();  // never read as if it were not encrypted
  } else if (keys != nullptr) {
    const auto cipher = crypto::OpenHeader(text, *keys);
    if (!cipher) return Status(cipher.error()).WithContext(path.string());
    text.erase(0, crypto::kHeaderBytes);
    if (!(*cipher)->Apply(0, text.data(), text.size()))
      return Status(StatusCode::kUnavailable, "OpenSSL cannot decrypt");
  }
  auto manifest = ManifestNamedIn(text);
  if (!manifest) return Status(StatusCode::kCorruption, path.string() + " is damaged: it does not name a MANIFEST");
  current.manifest = *std::move(manifest);
  return current;
}

Result<std::string> ReadCurrent(const std::filesystem::path& directory, const crypto::KeyRing* keys) {
  RK_ASSIGN_OR_RETURN(CurrentFile current, ReadCurrentFile(directory, keys));
  return std::move(current.manifest);
}

}  // namespace rookery::engine
