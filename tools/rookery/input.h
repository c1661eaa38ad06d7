// Bytes from standard input: as the content of a message or record, or spooled to a file for the importers.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "context.h"
#include "rookery/status.h"

namespace rookery::cli {

/// What a command was given as a content: `argument` itself, or all of standard input for "-" and for none. Byte for
/// byte. kInvalidArgument if it is more than `max_bytes`, without reading on.
Result<std::string> ReadContent(Context& context, const std::optional<std::string>& argument, std::size_t max_bytes);

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
