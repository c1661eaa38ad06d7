// Opening a store for a command: reads never take the writer's lock, writes never create a store by accident.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "context.h"
#include "rookery/logger.h"
#include "rookery/status.h"
#include "rookery/store.h"

namespace rookery::cli {

/// While another process has it open for writing: a checkpoint that it has made, and a line on stderr says from when.
Result<Store> OpenForReading(Context& context, const std::string& path);
/// For reading, and only the store as it is: kLocked while another process has it open for writing.
Result<Store> OpenItself(Context& context, const std::string& path);
/// kInvalidArgument, as CreateStore: --max-view-age was given.
Result<Store> OpenForWriting(Context& context, const std::string& path);
/// kAlreadyExists if there is a store.
Result<Store> CreateStore(Context& context, const std::string& path, StoreOptions options);

/// The keys that --key-file or the environment give; absent: none. kInvalidArgument: what the environment gives is no
/// key.
Result<std::optional<EncryptionOptions>> GivenKeys(const Context& context);
/// The same for a store, if one is there: what the environment gives is left out if that is not encrypted.
Result<std::optional<EncryptionOptions>> GivenKeys(const Context& context, const std::string& store);

/// Of a store; null without --verbose. `context` must outlive it.
std::shared_ptr<Logger> NewLogger(Context& context);

}  // namespace rookery::cli
