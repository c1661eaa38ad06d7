// The hash of a channel's name: xxh3_64 with seed 0. Part of where messages lie, so it never changes.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::routing {

std::uint64_t HashOf(std::string_view channel) noexcept;

}  // namespace rookery::routing
