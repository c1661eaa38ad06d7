// Which MANIFEST a damaged store is read by: the newest whole one of those in its directory and in `kept`.
//
// Names alone do not tell which is the newest: CURRENT may name an older one, the copy may be of another time, and a
// store whose opening was killed has one behind the one that counts, perhaps without an end. So each is tried: by the
// newest tables have come the furthest.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "assembly/scratch_engine.h"
#include "crypto/key_ring.h"
#include "engine/rocksdb/listing.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// One by which tables can be listed.
struct FoundManifest {
  std::filesystem::path directory;  // the engine's, or that of the copies
  std::string name;
  engine::Listing listing;

  std::filesystem::path path() const { return directory / name; }
};

/// One that is there or is named, and cannot be read.
struct LostManifest {
  std::string name;        // empty: it is not known which ones these are
  std::string words;       // what is wrong with it
  bool of_access = false;  // the system does not let it be read: it may be whole
};

struct ManifestChoice {
  std::optional<FoundManifest> best;  // absent: there is none
  std::vector<LostManifest> lost;

  /// Those that may be newer than the best one, in words; empty: there are none.
  std::string NewerLost() const;
  /// What is wrong with all of them, in words.
  std::string AllLost() const;
  /// Some the system does not let be read.
  bool is_barred() const;
};

/// Of the store whose engine's directory is `engine`. Writes only to `scratch`, which has to get the manifest again
/// that is to be used. An error is one of the scratch, or the directory cannot be read.
Result<ManifestChoice> ChooseManifest(const std::filesystem::path& engine, const ScratchEngine& scratch,
                                      const engine::RocksDbOptions& options);

/// The names of the manifests in a directory, as far as it can be read; oldest first.
std::vector<std::string> ManifestNamesIn(const std::filesystem::path& directory, std::error_code* error);

/// Whether there is a manifest in the directory or in `kept` all records of which are whole. Tries none.
bool HasWholeManifest(const std::filesystem::path& engine, const crypto::KeyRing* keys);

}  // namespace rookery::assembly
