#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "admin/import/byte_stream.h"

namespace rookery::admin {
namespace {

Status ErrnoStatus(const std::filesystem::path& path, const char* what) {
  const int error = errno;
  const StatusCode code = error == ENOENT || error == ENOTDIR ? StatusCode::kNotFound
                          : error == EACCES || error == EPERM ? StatusCode::kPermission
                                                              : StatusCode::kIoError;
  return {code, path.string() + ": " + what + ": " + std::strerror(error)};
}

class FileStream final : public ByteStream {
 public:
  FileStream(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~FileStream() override { ::close(descriptor_); }
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  Result<std::size_t> Read(char* to, std::size_t size) override {
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, to, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return ErrnoStatus(path_, "cannot read");
    read_ += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }

  std::uint64_t packed_bytes() const override { return read_; }

 private:
  const std::filesystem::path path_;
  const int descriptor_;
  std::uint64_t read_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> OpenFile(const std::filesystem::path& path) {
  // O_NONBLOCK: a named pipe must not make the open wait for a writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return ErrnoStatus(path, "cannot open");
  auto stream = std::make_unique<FileStream>(path, descriptor);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return ErrnoStatus(path, "cannot look at");
  if (!S_ISREG(status.st_mode)) return Status{StatusCode::kInvalidArgument, path.string() + ": is not a regular file"};
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<ByteStream>(std::move(stream));
}

}  // namespace rookery::admin
