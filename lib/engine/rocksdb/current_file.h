// The file CURRENT of a database: one line, the name of the MANIFEST that counts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/key_ring.h"
#include "rookery/status.h"

namespace rookery::engine {

/// The name in the bytes of a CURRENT, such as "MANIFEST-000005"; nullopt if they are not of one.
std::optional<std::string> ManifestNamedIn(std::string_view current);

struct CurrentFile {
  std::string bytes;  // of the file, encrypted as they are
  std::string manifest;
};
/// The CURRENT in `directory`. Null `keys`: it is not encrypted. kCorruption: it is missing, does not name a MANIFEST,
/// or its header is damaged. kPermission, kIoError: it cannot be read. kPermission: also if its key is not among these.
Result<CurrentFile> ReadCurrentFile(const std::filesystem::path& directory, const crypto::KeyRing* keys);
/// The name in it.
Result<std::string> ReadCurrent(const std::filesystem::path& directory, const crypto::KeyRing* keys);

}  // namespace rookery::engine
