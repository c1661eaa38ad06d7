// The bounds of an ingestor's options that more than one place asks for.
#pragma once

#include <chrono>
#include <cstddef>

#include "rookery/status.h"

namespace rookery::ingest {

inline constexpr std::size_t kLeastMailboxBytes = 1024;
inline constexpr std::chrono::milliseconds kLongestTimeout = std::chrono::hours{1};

/// Of a post. kInvalidArgument, or OK.
Status CheckTimeout(std::chrono::milliseconds timeout);

}  // namespace rookery::ingest
