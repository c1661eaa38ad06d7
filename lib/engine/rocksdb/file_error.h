// What the system says of a file, as an error of the engine: as everywhere (base/file_error.h).
#pragma once

#include "base/file_error.h"

namespace rookery::engine {

using base::FileError;

}  // namespace rookery::engine
