// A backup opened as a store is: its files are linked into a directory of their own, with a witness made for each cell,
// and the ordinary, strict way of opening has to accept them. Read-only: no retention, no jobs, nothing is tidied up.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assembly/open.h"
#include "backup/manifest.h"
#include "backup/scratch.h"
#include "backup/set_directory.h"
#include "backup/work.h"
#include "rookery/status.h"
#include "store/store_impl.h"

namespace rookery::backup {

/// Puts a file of the set at `target`.
using PlaceFile = std::function<Status(const std::filesystem::path& path, const ManifestFile& file,
                                       const std::filesystem::path& target)>;

/// Where the store of a cell is, in the directory of a whole store.
std::filesystem::path CellPath(const std::filesystem::path& store, const std::string& cell);
/// Makes the store of a cell at `store`, which must not exist: its files by `place`, and a witness that says that it
/// was closed at the cell's position.
Status LayOutCell(const SetDirectory& set, const Manifest& manifest, const ManifestCell& cell,
                  const std::filesystem::path& store, const PlaceFile& place);
/// kPermission, naming the key: the backup's cells need one that is not among these. kInvalidArgument: they need none.
Status CheckKeys(const SetDirectory& set, const Manifest& manifest, const std::optional<EncryptionOptions>& keys);
/// As the store of a cell, for reading. kCorruption: it cannot be opened, or it is not what the manifest says.
/// REQUIRES: CheckKeys.
Result<assembly::OpenedStore> OpenCell(const std::filesystem::path& store, const ManifestCell& cell,
                                       const std::optional<EncryptionOptions>& keys);

/// The cell of a backup, opened in `scratch`. Its files were found to be right before. REQUIRES: CheckKeys.
Result<assembly::OpenedStore> OpenInScratch(const SetDirectory& set, const Manifest& manifest, const ManifestCell& cell,
                                            const Scratch& scratch, const std::optional<EncryptionOptions>& keys);

/// kCorruption, naming the first file of the backup that is missing or damaged.
Status CheckFiles(const SetDirectory& set, const Manifest& manifest, const ManifestCell& cell, Work* work);

}  // namespace rookery::backup
