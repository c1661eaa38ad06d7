#include "input.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#include "signals.h"

namespace rookery::cli {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

/// The next bytes of standard input; empty at its end. A signal ends the wait.
Result<std::string_view> ReadChunk(std::array<char, kChunkBytes>* buffer) {
  while (InterruptSignal() == 0) {
    // Unlike read, poll does not go on waiting after a signal that is caught.
    pollfd waiting{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, -1) < 0 && errno == EINTR) continue;
    const ssize_t bytes = ::read(STDIN_FILENO, buffer->data(), buffer->size());
    if (bytes >= 0) return std::string_view(buffer->data(), static_cast<std::size_t>(bytes));
    if (errno != EINTR) {
      return Status(StatusCode::kIoError, std::string("cannot read standard input: ") + std::strerror(errno));
    }
  }
  return Status(StatusCode::kInterrupted, "interrupted while reading standard input; nothing was written");
}

}  // namespace

Result<std::string> ReadContent(Context& context, const std::optional<std::string>& argument, std::size_t max_bytes) {
  if (argument && *argument != "-") return *argument;
  if (::isatty(STDIN_FILENO) == 1) context.Note("reading the content from the terminal; Ctrl-D ends it");
  std::string content;
  std::array<char, kChunkBytes> buffer;
  while (true) {
    const Result<std::string_view> chunk = ReadChunk(&buffer);
    if (!chunk) return chunk.error();
    if (chunk->empty()) return content;
    content += *chunk;
    if (content.size() > max_bytes) {
      return Status(StatusCode::kInvalidArgument,
                    fmt::format("standard input has more than the {} bytes that a content may have", max_bytes));
    }
  }
}

SpooledInput::SpooledInput(std::filesystem::path directory)
    : directory_(std::move(directory)), file_(directory_ / "standard-input") {}

SpooledInput::SpooledInput(SpooledInput&& other) noexcept
    : directory_(std::exchange(other.directory_, {})), file_(std::move(other.file_)) {}

SpooledInput::~SpooledInput() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

Result<SpooledInput> SpooledInput::Read() {
  std::error_code no_directory;
  std::string name = (std::filesystem::temp_directory_path(no_directory) / "rookery-import-XXXXXX").string();
  if (no_directory || ::mkdtemp(name.data()) == nullptr) {
    return Status(StatusCode::kIoError,
                  "cannot make a temporary directory for standard input; set TMPDIR to one that exists");
  }
  SpooledInput spooled{std::filesystem::path(name)};
  std::ofstream file(spooled.path(), std::ios::binary);
  std::array<char, kChunkBytes> buffer;
  while (true) {
    const Result<std::string_view> chunk = ReadChunk(&buffer);
    if (!chunk) return chunk.error();
    if (chunk->empty()) break;
    file.write(chunk->data(), static_cast<std::streamsize>(chunk->size()));
  }
  file.close();
  if (!file)
    return Status(StatusCode::kNoSpace,
                  fmt::format("cannot copy standard input to {}; set TMPDIR to a larger disk", name));
  return spooled;
}

}  // namespace rookery::cli
