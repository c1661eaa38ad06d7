// What a directory holds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rookery/status.h"

namespace rookery::assembly {

/// The names in it, sorted. Errors in the system's words.
Result<std::vector<std::string>> NamesIn(const std::filesystem::path& directory);

}  // namespace rookery::assembly
