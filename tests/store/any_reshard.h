// Changes of a store's shards for tests that do not care which one it is.
#pragma once

#include <cstdint>
#include <string>

#include "rookery/reshard.h"

namespace rookery::testing {

/// `any` chooses the change, and its parts by its digits; `channel`: what it is about, if it is about one. It may not
/// fit the store, which then refuses it.
ReshardRequest AnyReshardRequest(std::uint64_t any, const std::string& channel, std::uint32_t shards);

}  // namespace rookery::testing
