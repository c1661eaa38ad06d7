// The version of the library that was compiled against, and of the one that is running.
#pragma once

#include <string_view>

#include "rookery/export.h"

#define ROOKERY_VERSION_MAJOR 0
#define ROOKERY_VERSION_MINOR 1
#define ROOKERY_VERSION_PATCH 0
#define ROOKERY_VERSION_STRING "0.1.0"

namespace rookery {

/// The version of the library in use, such as "0.1.0".
ROOKERY_EXPORT std::string_view LibraryVersion();

}  // namespace rookery
