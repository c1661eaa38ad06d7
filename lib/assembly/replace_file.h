// A file that is replaced as a whole: readers see the old one or the new one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "rookery/status.h"

namespace rookery::assembly {

enum class FileSync : std::uint8_t {
  kNo,   // whole for readers; after a crash of the machine perhaps missing or empty
  kYes,  // on disk when the call returns
};

/// Syncs a file or, with O_DIRECTORY in `flags`, a directory.
Status SyncPath(const std::filesystem::path& path, int flags);

/// Makes a directory with mode 0700, unless it is there, and its name durable.
Status MakeDirectory(const std::filesystem::path& path);

/// The file that ReplaceFile writes before it gets its name.
std::filesystem::path DraftOf(const std::filesystem::path& path);
/// With mode 0600. REQUIRES: nobody else replaces this file.
Status ReplaceFile(const std::filesystem::path& path, std::string_view text, FileSync sync);

}  // namespace rookery::assembly
