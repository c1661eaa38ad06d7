// What a store would refuse about a message, for dry runs, which ask no store.
#pragma once

#include <string>

#include "rookery/message.h"
#include "rookery/options.h"

namespace rookery::admin {

/// Why a store with these limits would not take the message; empty if it would.
std::string MessageFault(const NewMessage& message, const Limits& limits);

}  // namespace rookery::admin
