#include "input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <span>
#include <utility>

#include "signals.h"
#include "text.h"

namespace rookery::cli {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
constexpr std::size_t kSourceBytes = std::size_t{1} << 20;

constexpr std::string_view kStandardInput = "standard input";

/// The next bytes of a file or pipe; empty at its end. A signal ends the wait.
Result<std::string_view> ReadPiece(int descriptor, std::string_view name, std::span<char> buffer) {
  while (InterruptSignal() == 0) {
    // Unlike read, poll does not go on waiting after a signal that is caught.
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, -1) < 0 && errno == EINTR) continue;
    const ssize_t bytes = ::read(descriptor, buffer.data(), buffer.size());
    if (bytes >= 0) return std::string_view(buffer.data(), static_cast<std::size_t>(bytes));
    if (errno != EINTR) {
      return Status(StatusCode::kIoError, fmt::format("cannot read {}: {}", name, std::strerror(errno)));
    }
  }
  return Status(StatusCode::kInterrupted, fmt::format("interrupted while reading {}; nothing was written", name));
}

Result<std::string_view> ReadChunk(std::array<char, kChunkBytes>* buffer) {
  return ReadPiece(STDIN_FILENO, kStandardInput, *buffer);
}

Status CannotOpen(const std::string& name) {
  const StatusCode code = errno == ENOENT || errno == ENOTDIR ? StatusCode::kNotFound
                          : errno == EACCES                   ? StatusCode::kPermission
                                                              : StatusCode::kIoError;
  return {code, fmt::format("cannot read {}: {}", name, std::strerror(errno))};
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

ByteSource::ByteSource(int descriptor, std::string name, std::uint64_t size)
    : descriptor_(descriptor), name_(std::move(name)), size_(size), buffer_(kSourceBytes, '\0') {}

ByteSource::ByteSource(ByteSource&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, STDIN_FILENO)),
      name_(std::move(other.name_)),
      size_(other.size_),
      buffer_(std::move(other.buffer_)) {}

ByteSource::~ByteSource() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

Result<ByteSource> ByteSource::Open(Context& context, const std::optional<std::string>& path) {
  if (!path || *path == "-") {
    if (::isatty(STDIN_FILENO) == 1) context.Note("reading from the terminal; Ctrl-D ends it");
    return ByteSource(STDIN_FILENO, std::string(kStandardInput), 0);
  }
  std::string name = TerminalText(*path);
  const int descriptor = ::open(path->c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return CannotOpen(name);
  struct stat about {};
  const bool has_size = ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
  return ByteSource(descriptor, std::move(name), has_size ? static_cast<std::uint64_t>(about.st_size) : 0);
}

Result<std::string_view> ByteSource::Read() { return ReadPiece(descriptor_, name_, buffer_); }

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
