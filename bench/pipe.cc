#include "bench/pipe.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "bench/failure.h"

namespace rookery::bench {
namespace {

void WriteAll(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    Require(written > 0, std::string("cannot talk to a benchmark process: ") + std::strerror(errno));
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

/// False at the end of the file.
bool ReadAll(int file, char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::read(file, bytes, size);
    if (count == 0) return false;
    Require(count > 0,
            errno == EINTR ? "interrupted" : std::string("cannot hear a benchmark process: ") + std::strerror(errno));
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

void SendMessage(int file, std::string_view message) {
  const std::uint64_t size = message.size();
  WriteAll(file, reinterpret_cast<const char*>(&size), sizeof size);
  WriteAll(file, message.data(), message.size());
}

std::optional<std::string> ReceiveMessage(int file) {
  std::uint64_t size = 0;
  if (!ReadAll(file, reinterpret_cast<char*>(&size), sizeof size)) return std::nullopt;
  std::string message(size, '\0');
  if (!ReadAll(file, message.data(), message.size())) return std::nullopt;
  return message;
}

}  // namespace rookery::bench
