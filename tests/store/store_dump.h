// All that a store answers, as text: for comparing it with what it answered before.
#pragma once

#include <map>
#include <string>

#include "rookery/reader.h"

namespace rookery::testing {

/// Messages by "channel #id", records by "channel key", attachments by "channel #id name". Found by pages, and checked
/// against one scan.
std::map<std::string, std::string> DumpOf(const Reader& reader);

}  // namespace rookery::testing
