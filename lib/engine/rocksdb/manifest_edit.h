// Manifests written again, so that a database can be read without what is damaged.
#pragma once

#include <filesystem>
#include <span>

#include "crypto/key_ring.h"
#include "engine/rocksdb/listing.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Writes the records of `manifest` that come before any damage to a new file `copy`, and takes `tables`, all of which
/// it names, out of it. Null `keys`: both are not encrypted. The copy is never part of the file again: as anything that
/// is encrypted, what is written behind another end needs a key of its own. Errors of ReadLog and LogWriter.
Status CopyManifest(const std::filesystem::path& manifest, const std::filesystem::path& copy,
                    std::span<const ListedFile> tables, const crypto::KeyRing* keys);

}  // namespace rookery::engine
