// Looks at what a script has left, after the process that did it, on a disk that is well again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "tests/torture/call_script.h"
#include "tests/torture/possible_rows.h"

namespace rookery::torture {

/// What must hold: the store opens, unless its creation was never acknowledged; nothing is said to be lost; it holds
/// what it may hold and is sound; a reshard job goes on to its end; it takes writes, is closed, and opens strictly with
/// all of that; a backup that was acknowledged proves, and another one can be made. Empty: all of it does.
/// `prove`: also whether backups prove, which takes time.
std::string Examine(const std::filesystem::path& directory, bool encrypted, const PossibleRows& rows, bool prove);

}  // namespace rookery::torture
