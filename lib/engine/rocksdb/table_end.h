// The end of a table file, by which RocksDB finds its way in it.
//
//   block: its bytes, how they are packed (1), checksum of both (4)
//   meta index: a block of names, and of where the blocks of that name are; one of them is "rocksdb.properties"
//   foot, 53 bytes: kind of checksum (1); where the meta index and the index are, four varints padded to 40;
//                   format (4); magic (8)
//
// Idea: RocksDB compares checksums of blocks, but the foot, in format 5, has none, and of the properties it compares it
// only when it has read them. So one flipped bit can tell it that no block has a checksum, or end the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace rookery::engine {

/// Fills `bytes` with `size` bytes from `offset` on; false: they cannot be read.
using ReadTableBytes = std::function<bool(std::uint64_t offset, std::size_t size, std::string* bytes)>;

/// Of a file of so many bytes, as Profile has tables written: format 5, XXH3. Empty, or what is damaged.
std::string DamageOfTableEnd(std::uint64_t size, const ReadTableBytes& read);

}  // namespace rookery::engine
