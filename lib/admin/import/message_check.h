// What a store would refuse about a message or a record, for dry runs, which ask no store.
//
// Invariant: a dry run tells the same problems as an import into an empty store with these limits, but for messages
// that want the same id; tests/admin/dry_run_test.cc compares the two.
#pragma once

#include <string>
#include <string_view>

#include "admin/import/sink.h"
#include "rookery/message.h"
#include "rookery/options.h"

namespace rookery::admin {

/// Why a store with these limits would not take the message; empty if it would.
std::string MessageFault(const NewMessage& message, const Limits& limits);
std::string RecordFault(std::string_view channel, const ImportedRecord& record, const Limits& limits);

}  // namespace rookery::admin
