// What the system says of a file that cannot be looked at, read or written, as an error of the engine.
#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>

#include "rookery/status.h"

namespace rookery::engine {

/// kPermission, kNoSpace or kIoError. `action` completes "cannot ...", such as "look at".
Status FileError(const std::filesystem::path& path, std::string_view action, const std::error_code& error);
/// The same of an errno.
Status FileError(const std::filesystem::path& path, std::string_view action, int error);

}  // namespace rookery::engine
