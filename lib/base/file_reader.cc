#include "base/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file_error.h"
#include "base/macros.h"

namespace rookery::base {
namespace {

constexpr std::size_t kAhead = std::size_t{16} << 10;

}  // namespace

Result<FileReader> FileReader::Open(const std::filesystem::path& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor.valid() && errno == ENOENT) return Status(StatusCode::kNotFound, path.string() + " is not there");
  if (!descriptor.valid()) return FileError(path, "open", errno);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) return FileError(path, "look at", errno);
  if (S_ISDIR(status.st_mode)) return FileError(path, "read", EISDIR);
  if (!S_ISREG(status.st_mode)) {
    return Status(StatusCode::kIoError, "cannot read " + path.string() +
                                            ": it is a pipe, a socket or a device, and no file; put back the file "
                                            "that was there before");
  }
  return FileReader(path, std::move(descriptor), static_cast<std::uint64_t>(status.st_size));
}

Result<std::size_t> FileReader::ReadSome(char* to, std::size_t size) const {
  for (;;) {
    const ssize_t got = ::read(descriptor_.get(), to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return FileError(path_, "read", errno);
  }
}

Result<std::size_t> FileReader::Read(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    if (next_ == buffer_.size()) {
      buffer_.clear();
      next_ = 0;
      if (size - done >= kAhead) {
        RK_ASSIGN_OR_RETURN(const std::size_t got, ReadSome(to + done, size - done));
        if (got == 0) break;
        done += got;
        continue;
      }
      buffer_.resize(kAhead);
      RK_ASSIGN_OR_RETURN(const std::size_t got, ReadSome(buffer_.data(), kAhead));
      buffer_.resize(got);
      if (got == 0) break;
    }
    const std::size_t part = std::min(size - done, buffer_.size() - next_);
    std::memcpy(to + done, buffer_.data() + next_, part);
    next_ += part;
    done += part;
  }
  return done;
}

Result<std::string> ReadSmallFile(const std::filesystem::path& path, std::size_t max_bytes) {
  RK_ASSIGN_OR_RETURN(FileReader file, FileReader::Open(path));
  std::string bytes(std::min<std::uint64_t>(max_bytes, file.bytes()), '\0');
  RK_ASSIGN_OR_RETURN(const std::size_t size, file.Read(bytes.data(), bytes.size()));
  bytes.resize(size);
  return bytes;
}

}  // namespace rookery::base
