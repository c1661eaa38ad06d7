// The socket `readers/socket` of a store, at which its owner is asked. Of the Unix kind: local, with the mode of a
// file, and each side can ask the system who the other is. Also where the path is longer than a socket's address has
// room for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "base/descriptor.h"
#include "rookery/status.h"

namespace rookery::beside {

/// Listens at `path` with mode 0600. A socket that a process has left there, which lives no more, is replaced.
/// kAlreadyExists: something else is there. REQUIRES: the directory is private, and nobody else listens there.
Result<base::Descriptor> ListenAt(const std::filesystem::path& path);
/// kUnavailable: nobody listens there. kBusy: not in time.
Result<base::Descriptor> ConnectTo(const std::filesystem::path& path, std::chrono::milliseconds timeout);
/// As whom the process at the other end runs; nullopt: it cannot be told.
std::optional<uid_t> PeerOf(const base::Descriptor& socket);

}  // namespace rookery::beside
