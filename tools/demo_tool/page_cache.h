// The operating system's file cache, which has to forget a store before a read of it is cold.
#pragma once

#include <filesystem>

namespace rookery::demo {

/// Asks the system to drop what it caches of the files below `directory`. False if it refuses, so that nobody calls the
/// reads that follow cold.
bool DropFromPageCache(const std::filesystem::path& directory);

}  // namespace rookery::demo
