// Which keys a store needs, and whether those that were given will do: found out before anything of it is read as data.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "assembly/store_directory.h"
#include "crypto/key_ring.h"
#include "rookery/encryption.h"
#include "rookery/status.h"

namespace rookery::assembly {

/// Of a store that is made; null: it is not to be encrypted. Errors of EncryptionOptions::find_key.
Result<std::shared_ptr<const crypto::KeyRing>> KeysOfNewStore(const std::optional<EncryptionOptions>& given);

/// Of a store that is there, with every key that its files need; null: it is not encrypted. kPermission: one of them
/// was not given. kInvalidArgument: keys were given and the store is not encrypted. Errors of find_key. Changes
/// nothing.
Result<std::shared_ptr<const crypto::KeyRing>> KeysOfStore(const StoreDirectory& directory, const Identity& identity,
                                                           const std::optional<EncryptionOptions>& given);

}  // namespace rookery::assembly
