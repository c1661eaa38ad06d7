// The file CURRENT of a database: one line, the name of the MANIFEST that counts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "rookery/status.h"

namespace rookery::engine {

/// The name in the bytes of a CURRENT, such as "MANIFEST-000005"; nullopt if they are not of one.
std::optional<std::string> ManifestNamedIn(std::string_view current);

/// The same of the CURRENT in `directory`. kCorruption: it is missing, or does not name a MANIFEST.
Result<std::string> ReadCurrent(const std::filesystem::path& directory);

}  // namespace rookery::engine
