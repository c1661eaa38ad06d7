// Encryption of a store's files, optional: with which keys. docs/encryption.md says what it protects and what not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/export.h"
#include "rookery/status.h"

namespace rookery {

/// A secret of 256 bits, from which a store's files are protected. A value: copies share the bytes, which are wiped
/// from memory when the last one goes. Thread-safe.
class ROOKERY_EXPORT EncryptionKey {
 public:
  static constexpr std::size_t kBytes = 32;

  /// 32 bytes as they are, unless all are hexadecimal digits, as of an id; or 64 hexadecimal digits with or without
  /// white space around them. Else kInvalidArgument, which does not repeat what was given.
  static Result<EncryptionKey> Parse(std::string_view text);
  /// Parses what a file holds. kPermission if others than its owner may read or write it; kIoError if it cannot be
  /// read.
  static Result<EncryptionKey> FromFile(const std::filesystem::path& path);
  /// Parses an environment variable. kInvalidArgument if it is not set.
  static Result<EncryptionKey> FromEnvironment(const std::string& name);
  /// At random. kUnavailable if the system has no randomness to give.
  static Result<EncryptionKey> New();

  /// Writes it durably, in hexadecimal, to a new file of mode 0600. kAlreadyExists: what is there stays as it is.
  Status WriteNewFile(const std::filesystem::path& path) const;
  /// Its fingerprint, 32 hexadecimal digits: no secret, and by it the store's files name the key that they need.
  std::string id() const;

  /// For the library.
  struct Material;
  const Material& material() const { return *material_; }

 private:
  explicit EncryptionKey(std::shared_ptr<const Material> material) : material_(std::move(material)) {}

  std::shared_ptr<const Material> material_;
};

/// With which keys a store is made or opened. At least one of the two fields must be given.
struct ROOKERY_EXPORT EncryptionOptions {
  /// The first is that of new files; the others are for files that were written before it became the first.
  std::vector<EncryptionKey> keys = {};
  /// Asked while the store is opened for each key that its files need and that is not in `keys`, by its id; and if
  /// `keys` is empty, with an empty id, for that of new files. Its error becomes Open's. Null: nobody is asked.
  std::function<Result<EncryptionKey>(std::string_view key_id)> find_key = nullptr;

  /// kInvalidArgument naming what is wrong, or OK.
  Status Validate() const;
};

/// How much of a store is encrypted with one key.
struct KeyUse {
  std::string key_id;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  // of these files
};

/// The keys that files in this store's directory need, checkpoints for readers included, the one of new files first;
/// empty: it is not encrypted. Needs no key and takes no lock. A cell with a directory of its own is asked about by
/// that. kNotAStore; kCorruption: a file of an encrypted store has no header.
ROOKERY_EXPORT Result<std::vector<KeyUse>> ReadKeysInUse(const std::filesystem::path& store);

}  // namespace rookery
