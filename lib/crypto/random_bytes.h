// Random bytes for keys.
#pragma once

#include <unistd.h>

#include <cstddef>

namespace rookery::crypto {

/// Asks the kernel: OpenSSL keeps a generator for each thread, which outlives those of RocksDB that end after OpenSSL
/// has cleaned up. At most 256 bytes. False: the system has none.
inline bool FillWithRandom(void* bytes, std::size_t size) { return ::getentropy(bytes, size) == 0; }

}  // namespace rookery::crypto
