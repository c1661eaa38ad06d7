// Takes tables out of a manifest, so that a database can be read without them.
#pragma once

#include <filesystem>
#include <span>

#include "engine/rocksdb/listing.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Writes to the file. REQUIRES: every record of it is whole, and it names all of `tables`.
Status RemoveFromManifest(const std::filesystem::path& manifest, std::span<const ListedFile> tables);

}  // namespace rookery::engine
