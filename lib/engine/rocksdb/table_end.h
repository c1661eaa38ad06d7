// The end of a table file, by which RocksDB finds its way in it.
//
//   block: its bytes, how they are packed (1), checksum of both (4)
//   meta index: a block of names, and of where the blocks of that name are; one of them is "rocksdb.properties"
//   foot, 53 bytes: kind of checksum (1); where the meta index and the index are, four varints padded to 40;
//                   format (4); magic (8)
//
// Idea: RocksDB compares checksums of blocks, but the foot, in format 5, has none, and of the properties it compares it
// only when it has read them. So one flipped bit can tell it that no block has a checksum, or end the process. And if
// the properties or the range deletions cannot be read when it opens a table, be it once, it goes on without them: what
// was deleted is there again. So they are read and checked before, and RocksDB is given what was read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace rookery::engine {

/// Fills `bytes` with `size` bytes from `offset` on; false: they cannot be read.
using ReadTableBytes = std::function<bool(std::uint64_t offset, std::size_t size, std::string* bytes)>;

struct TableEnd {
  std::string damage = {};  // empty: none
  std::uint64_t begin = 0;  // of `bytes`, in the file
  std::string bytes = {};   // to the file's end: meta index, properties and range deletions are in it
};

/// Of a file of so many bytes, as Profile has tables written: format 5, XXH3.
TableEnd ReadTableEnd(std::uint64_t size, const ReadTableBytes& read);

}  // namespace rookery::engine
