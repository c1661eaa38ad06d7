// The checksums of a blob file, read row by row: RocksDB compares one only when its row is read.
//
//   head, 30 bytes; rows; foot, 32 bytes, of which the last 4 are the checksum of the others
//   row: lengths of key and value, and when it expires (8 bytes each); checksum of these, checksum of key and value
//        (4 bytes each, masked crc32c); key; value
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "crypto/key_ring.h"
#include "rookery/status.h"

namespace rookery::engine {

struct BlobDamage {
  std::uint64_t offset = 0;
  /// Of the damaged row, as far as it can be believed. Empty: the row's head, or the file's head or foot, is damaged,
  /// and so the rows from there to the end cannot be told from each other.
  std::string_view key = {};
};

using TakeBlobDamage = std::function<void(const BlobDamage&)>;

/// Reads all of it and calls `damage` for each damaged place. Null `keys`: it is not encrypted. Errors of
/// DataReader::Open.
Status CheckBlobFile(const std::filesystem::path& path, const crypto::KeyRing* keys, const TakeBlobDamage& damage);
/// The same of the data of a blob file.
void CheckBlobData(std::string_view data, const TakeBlobDamage& damage);

}  // namespace rookery::engine
