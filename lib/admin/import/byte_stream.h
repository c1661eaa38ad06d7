// A file's bytes, read once from front to back: plain, unpacked from gzip, or out of an archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "rookery/status.h"

namespace rookery::admin {

/// Owned and used by one thread. After an error or the end it must not be read again.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Reads up to `size` bytes to `to`; 0 is the end. kCorruption: packed data is damaged or too large (see
  /// UnpackLimits). REQUIRES: size > 0.
  virtual Result<std::size_t> Read(char* to, std::size_t size) = 0;

  /// How many bytes of the file on disk were consumed so far. For progress: exact at the end only.
  virtual std::uint64_t packed_bytes() const = 0;
};

/// Opens a regular file. kNotFound, kPermission, kIoError.
Result<std::unique_ptr<ByteStream>> OpenFile(const std::filesystem::path& path);

/// What unpacking may give before it is taken for an attack.
struct UnpackLimits {
  std::uint64_t max_entry_bytes = std::uint64_t{4} << 30;  // of one entry of an archive
  std::uint64_t free_bytes = std::uint64_t{64} << 20;      // so much is unpacked whatever its ratio
  std::uint64_t max_ratio = 1000;                          // unpacked bytes of the whole file to its packed bytes
};

/// Unpacks `packed` if it begins like gzip (several members in a row are one stream), else passes it through.
/// `packed_size` is the size of the whole file.
Result<std::unique_ptr<ByteStream>> MaybeGunzip(std::unique_ptr<ByteStream> packed, std::uint64_t packed_size,
                                                const UnpackLimits& limits = {});

}  // namespace rookery::admin
