// The keys that an open store has, found by their ids.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/encryption.h"

namespace rookery::crypto {

/// Immutable.
class KeyRing {
 public:
  /// The keys that were given, and those with `needed` ids that find_key knows; 16 bytes each. One that nobody has is
  /// left out. Errors: those of find_key, and kPermission if it answered with another key than it was asked for.
  static Result<std::shared_ptr<const KeyRing>> Make(const EncryptionOptions& options,
                                                     std::span<const std::string> needed);

  /// For new files.
  const EncryptionKey::Material& newest() const { return keys_.front().material(); }
  const std::string& newest_id() const;
  /// Null: it has no such key.
  const EncryptionKey::Material* Find(std::string_view id) const;
  /// "key 0123..." or "keys ... and ...", for people.
  std::string Names() const;

 private:
  explicit KeyRing(std::vector<EncryptionKey> keys) : keys_(std::move(keys)) {}

  const std::vector<EncryptionKey> keys_;  // not empty
};

}  // namespace rookery::crypto
