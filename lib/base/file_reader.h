// A file that is read from its beginning: the one way in which files are read past the engine.
//
// Idea: what has the name of a file of ours can be something else, such as a pipe, which would keep its reader waiting
// for ever. So it is opened without waiting, and looked at before a byte is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/descriptor.h"
#include "rookery/status.h"

namespace rookery::base {

/// Owned by one thread. Movable.
class FileReader {
 public:
  /// kNotFound: it is not there. kPermission, kIoError, in the system's words: also if it is a directory, a pipe or a
  /// device.
  static Result<FileReader> Open(const std::filesystem::path& path);

  /// When it was opened.
  std::uint64_t bytes() const { return bytes_; }
  /// What comes next: fewer bytes than `size` only at the end. kIoError.
  Result<std::size_t> Read(char* to, std::size_t size);

 private:
  FileReader(std::filesystem::path path, Descriptor descriptor, std::uint64_t bytes)
      : path_(std::move(path)), descriptor_(std::move(descriptor)), bytes_(bytes) {}
  Result<std::size_t> ReadSome(char* to, std::size_t size) const;

  std::filesystem::path path_;
  Descriptor descriptor_;
  std::uint64_t bytes_;
  std::string buffer_;    // read ahead
  std::size_t next_ = 0;  // in it
};

/// All of a small file: at most so many bytes, what is behind is left out. Errors of FileReader.
Result<std::string> ReadSmallFile(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace rookery::base
