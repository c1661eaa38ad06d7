// Bytes from standard input: as the content of a message or record, or spooled to a file for the importers; and bytes
// of any length from there or from a file, a piece at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "context.h"
#include "rookery/status.h"

namespace rookery::cli {

/// What a command was given as a content: `argument` itself, or all of standard input for "-" and for none. Byte for
/// byte. kInvalidArgument if it is more than `max_bytes`, without reading on.
Result<std::string> ReadContent(Context& context, const std::optional<std::string>& argument, std::size_t max_bytes);

/// Bytes of a file, or of standard input for "-" and for none, a piece at a time.
class ByteSource {
 public:
  /// kNotFound, kPermission, kIoError: the file cannot be read.
  static Result<ByteSource> Open(Context& context, const std::optional<std::string>& path);
  ByteSource(ByteSource&& other) noexcept;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(ByteSource&&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ~ByteSource();

  /// The next bytes, valid until the next call; empty at the end.
  Result<std::string_view> Read();
  /// Of a regular file, in bytes; else 0.
  std::uint64_t size() const { return size_; }

 private:
  ByteSource(int descriptor, std::string name, std::uint64_t size);

  int descriptor_;
  std::string name_;  // for messages
  std::uint64_t size_;
  std::string buffer_;
};

/// A private copy of standard input on disk, removed at the end: importers read a file more than once.
class SpooledInput {
 public:
  static Result<SpooledInput> Read();
  SpooledInput(SpooledInput&& other) noexcept;
  SpooledInput(const SpooledInput&) = delete;
  SpooledInput& operator=(SpooledInput&&) = delete;
  SpooledInput& operator=(const SpooledInput&) = delete;
  ~SpooledInput();

  const std::filesystem::path& path() const { return file_; }

 private:
  explicit SpooledInput(std::filesystem::path directory);

  std::filesystem::path directory_;  // empty: moved from
  std::filesystem::path file_;
};

}  // namespace rookery::cli
