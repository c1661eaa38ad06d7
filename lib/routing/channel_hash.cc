#include "routing/channel_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rookery::routing {

std::uint64_t HashOf(std::string_view channel) noexcept { return XXH3_64bits(channel.data(), channel.size()); }

}  // namespace rookery::routing
