// What the system says of a file that cannot be looked at, read or written, as an error.
#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>

#include "rookery/status.h"

namespace rookery::base {

/// kPermission, kNoSpace or kIoError. `action` completes "cannot ...", such as "look at".
Status FileError(const std::filesystem::path& path, std::string_view action, const std::error_code& error);
/// The same of an errno.
Status FileError(const std::filesystem::path& path, std::string_view action, int error);

/// Whether it says that the system did not let something be read or written, and so nothing of what is in there.
bool IsOfAccess(const Status& status);

}  // namespace rookery::base
