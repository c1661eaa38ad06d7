// Channel names as applications make them: guild channels, direct messages, IRC channels, lists, rooms by UUID.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rookery::testing {

/// `count` different names, the same ones every time.
std::vector<std::string> RealLookingChannels(std::size_t count);

}  // namespace rookery::testing
