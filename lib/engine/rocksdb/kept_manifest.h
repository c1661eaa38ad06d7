// Whether a database still has the MANIFEST of which a copy is kept (manifest_keeper.h).
//
// Why it can be told: a MANIFEST only grows, and before any file is deleted the copy is as new as the MANIFEST. So one
// that begins with all that the copy has leads to every row, as logs have the rest; one that does not was cut, or is
// an older one, and RocksDB would open by it as if it were all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/key_ring.h"

namespace rookery::engine {

/// "MANIFEST-000005" before "MANIFEST-1000000": the digits say when it was made.
bool IsOlderManifest(std::string_view manifest, std::string_view other);

/// Whether `file` begins with all bytes of `copy`. One that is not there has none; of what the system does not let be
/// read nobody can say that it does not.
bool BeginsWith(const std::filesystem::path& file, const std::filesystem::path& copy);

/// What is wrong with the MANIFEST that counts, in words; empty: nothing, or nobody can tell, as CURRENT or the copy
/// cannot be read or is damaged. `machine_went_down`: the copy may then have more than the MANIFEST, whose end was
/// never synced.
std::string FindManifestLoss(const std::filesystem::path& directory, const crypto::KeyRing* keys,
                             bool machine_went_down);

}  // namespace rookery::engine
