// Writing all of something: a write of the system may do only a part of it, which is no error.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::base {

/// Where the last write ended. False with errno: it may be there in part.
bool WriteAll(int descriptor, std::string_view bytes);
/// The same from `offset` on.
bool WriteAllAt(int descriptor, std::string_view bytes, std::uint64_t offset);

}  // namespace rookery::base
