// A reader's side of the socket.
#pragma once

#include <string>

#include "beside/reader_protocol.h"
#include "beside/readers_directory.h"
#include "rookery/beside.h"

namespace rookery::beside {

/// Asks the owner for a checkpoint, and waits for `options.timeout` at most. Why there is no answer is the refusal.
Answer AskOwner(const ReadersDirectory& readers, const BesideOptions& options);

/// Why nobody is asked where there is no socket.
std::string NotServing();

}  // namespace rookery::beside
