// Which keys a store needs, and whether those that were given will do: found out before anything of it is read as data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// What can be told of the keys of a store that may be damaged.
struct KeysOfRemains {
  struct Missing {
    std::string key_id;       // as EncryptionKey::id
    std::uint64_t files = 0;  // that need it
    std::string example;      // the name of one of them
  };
  bool encrypted = false;
  std::shared_ptr<const crypto::KeyRing> keys = nullptr;  // null: it is not encrypted, or none was given
  /// Keys that files name and that were not given. A damaged header can name one that there never was.
  std::vector<Missing> missing = {};
};

/// `identity`: absent: it cannot be read. kPermission: keys were given, and no file needs any of them.
/// kInvalidArgument: keys were given, and it is not encrypted. Changes nothing.
Result<KeysOfRemains> FindKeysOfRemains(const StoreDirectory& directory, const std::optional<Identity>& identity,
                                        const std::optional<EncryptionOptions>& given);

/// kPermission: the store is encrypted, and no key was given.
Status NoKeyGiven(const StoreDirectory& directory, const std::string& key_id);

/// The ids, as EncryptionKey::id, of the keys that the files of a store or of a copy of one name.
Result<std::vector<std::string>> KeyIdsOfFiles(const StoreDirectory& directory);

/// For backups, which know by name what they need: the ids of the keys that are needed must be among those given.
/// `what` is "backup 000007-... " or the like, and begins the message. Errors as KeysOfStore.
Status CheckKeysGiven(std::string_view what, const std::vector<std::string>& needed,
                      const std::optional<EncryptionOptions>& given);

}  // namespace rookery::assembly
