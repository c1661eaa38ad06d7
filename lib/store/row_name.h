// What a stored row is called in reports.
#pragma once

#include <string>

#include "codec/key_format.h"

namespace rookery::store {

/// Such as `channel "general", message 42`.
std::string RowName(const codec::DecodedKey& key);

}  // namespace rookery::store
