// How much memory this process may have: the machine's, or less if a control group (cgroup, version 2 or 1) says so.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace rookery::assembly {

/// The text of a file of the system, nullopt if it cannot be read. Tests make it up.
using ReadSystemFile = std::function<std::optional<std::string>(const std::string& path)>;

/// The least of all limits that apply, in bytes; nullopt if none is known.
std::optional<std::uint64_t> MemoryLimit(const ReadSystemFile& read);

/// Of this process on this machine.
std::optional<std::uint64_t> MemoryLimit();

}  // namespace rookery::assembly
