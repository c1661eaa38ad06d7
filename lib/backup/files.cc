#include "backup/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <vector>

#include "assembly/names_in.h"
#include "assembly/system_error.h"
#include "backup/set_directory.h"
#include "base/descriptor.h"
#include "base/macros.h"
#include "codec/checksum.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;
using assembly::FileSync;
using assembly::SystemError;
using base::Descriptor;

constexpr std::size_t kStep = std::size_t{1} << 20;

Status Damaged(const fs::path& path, std::string_view how) {
  return {StatusCode::kCorruption, path.string() + std::string(how)};
}

struct OpenFile {
  Descriptor descriptor;
  std::uint64_t size;
};

Result<OpenFile> OpenToRead(const fs::path& path) {
  // Not blocking: a pipe that somebody has put there is found out afterwards.
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (descriptor.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return Damaged(path, " is missing");
    if (errno == ELOOP) return Damaged(path, " is a link, which a backup never has");
    return SystemError(errno, "cannot open", path);
  }
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) return SystemError(errno, "cannot look at", path);
  if (!S_ISREG(status.st_mode)) return Damaged(path, " is not a file");
  static_cast<void>(::posix_fadvise(descriptor.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
  return OpenFile{std::move(descriptor), static_cast<std::uint64_t>(status.st_size)};
}

Result<Descriptor> OpenNew(const fs::path& path) {
  Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (descriptor.get() < 0) return SystemError(errno, "cannot create", path);
  return descriptor;
}

Status WriteAll(const Descriptor& descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return SystemError(written == 0 ? ENOSPC : errno, "cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status Sync(const Descriptor& descriptor, const fs::path& path) {
  return ::fsync(descriptor.get()) == 0 ? Status() : SystemError(errno, "cannot sync", path);
}

/// Hands the first `size` bytes to `take`, and returns their checksum.
template <typename Take>
Result<Checksum128> ReadBytes(const fs::path& path, const OpenFile& file, std::uint64_t size, Work* work, Take&& take) {
  if (file.size < size) {
    return Damaged(path, " has " + std::to_string(file.size) + " bytes, and should have " + std::to_string(size));
  }
  const auto buffer = std::make_unique<char[]>(kStep);
  codec::RunningChecksum checksum;
  for (std::uint64_t left = size; left > 0;) {
    const ssize_t got = ::read(file.descriptor.get(), buffer.get(), std::min<std::uint64_t>(left, kStep));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(errno, "cannot read", path);
    if (got == 0) return Damaged(path, " became shorter while it was read");
    const std::string_view bytes(buffer.get(), static_cast<std::size_t>(got));
    checksum.Add(bytes);
    RK_TRY(take(bytes));
    left -= bytes.size();
    RK_TRY(work->Did(bytes.size()));
  }
  return checksum.value();
}

Result<Checksum128> CopyOpen(const fs::path& path, const OpenFile& file, std::uint64_t size, const fs::path& target,
                             Work* work, FileSync sync) {
  RK_ASSIGN_OR_RETURN(const Descriptor copy, OpenNew(target));
  std::uint64_t written = 0;
  RK_ASSIGN_OR_RETURN(const Checksum128 checksum, ReadBytes(path, file, size, work, [&](std::string_view bytes) {
                        RK_TRY(WriteAll(copy, bytes, target));
                        if (sync == FileSync::kNo) return Status();
                        // So that the disk has little left to do at the end, and others need not wait for that.
                        static_cast<void>(::sync_file_range(copy.get(), static_cast<off_t>(written),
                                                            static_cast<off_t>(bytes.size()), SYNC_FILE_RANGE_WRITE));
                        written += bytes.size();
                        return Status();
                      }));
  if (sync == FileSync::kYes) RK_TRY(Sync(copy, target));
  return checksum;
}

Status CheckSum(const fs::path& path, const Checksum128& is, const Checksum128& wanted) {
  if (is == wanted) return {};
  return Damaged(path, " is damaged: its checksum is " + is.ToHex() + ", and should be " + wanted.ToHex());
}

Status CheckSize(const fs::path& path, std::uint64_t is, std::uint64_t wanted) {
  if (is == wanted) return {};
  return Damaged(path, " has " + std::to_string(is) + " bytes, and should have " + std::to_string(wanted));
}

}  // namespace

Result<Checksum128> SumOf(const fs::path& path, std::uint64_t size, Work* work) {
  RK_ASSIGN_OR_RETURN(const OpenFile file, OpenToRead(path));
  return ReadBytes(path, file, size, work, [](std::string_view) { return Status(); });
}

Result<Checksum128> CopyBytes(const fs::path& path, std::uint64_t size, const fs::path& target, Work* work,
                              FileSync sync) {
  RK_ASSIGN_OR_RETURN(const OpenFile file, OpenToRead(path));
  return CopyOpen(path, file, size, target, work, sync);
}

Result<std::string> ReadSmall(const fs::path& path, std::size_t max_bytes) {
  RK_ASSIGN_OR_RETURN(const OpenFile file, OpenToRead(path));
  if (file.size > max_bytes) return Damaged(path, " is larger than it can be");
  std::string text;
  Work quiet(0, {});
  RK_TRY(ReadBytes(path, file, file.size, &quiet, [&](std::string_view bytes) {
           text += bytes;
           return Status();
         }).status());
  return text;
}

Status WriteNew(const fs::path& path, std::string_view bytes, FileSync sync) {
  RK_ASSIGN_OR_RETURN(const Descriptor file, OpenNew(path));
  RK_TRY(WriteAll(file, bytes, path));
  return sync == FileSync::kYes ? Sync(file, path) : Status();
}

Status CheckFile(const fs::path& path, const FileContent& content, Work* work) {
  RK_ASSIGN_OR_RETURN(const OpenFile file, OpenToRead(path));
  RK_TRY(CheckSize(path, file.size, content.size));
  RK_ASSIGN_OR_RETURN(const Checksum128 checksum,
                      ReadBytes(path, file, content.size, work, [](std::string_view) { return Status(); }));
  return CheckSum(path, checksum, content.checksum);
}

Status CopyChecked(const fs::path& path, const FileContent& content, const fs::path& target, Work* work) {
  RK_ASSIGN_OR_RETURN(const OpenFile file, OpenToRead(path));
  RK_TRY(CheckSize(path, file.size, content.size));
  RK_ASSIGN_OR_RETURN(const Checksum128 checksum, CopyOpen(path, file, content.size, target, work, FileSync::kYes));
  return CheckSum(path, checksum, content.checksum);
}

Result<bool> Link(const fs::path& path, const fs::path& target) {
  if (::link(path.c_str(), target.c_str()) == 0) return true;
  if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP || errno == ENOSYS) return false;
  return SystemError(errno, "cannot link to " + path.string() + " from", target);
}

Status CheckIsDirectory(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? Damaged(path, " is missing")
                                               : SystemError(errno, "cannot look at", path);
  }
  return S_ISDIR(status.st_mode) ? Status() : Damaged(path, " is not a directory");
}

Result<std::vector<std::string>> NamesIn(const fs::path& path) {
  RK_TRY(CheckIsDirectory(path));
  return assembly::NamesIn(path);
}

Status MakeDirectory(const fs::path& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0) return {};
  if (errno == EEXIST) return {StatusCode::kAlreadyExists, path.string() + " is there already"};
  return SystemError(errno, "cannot create the directory", path);
}

Status SyncDirectory(const fs::path& path) { return assembly::SyncPath(path, O_RDONLY | O_DIRECTORY); }

Status RemoveAll(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  return error ? SystemError(error.value(), "cannot remove", path) : Status();
}

}  // namespace rookery::backup
