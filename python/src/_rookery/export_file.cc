#include "export_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace rookery::python {
namespace {

std::filesystem::path Target(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
  return error ? path : target;
}

std::filesystem::path WrittenFirst(const std::filesystem::path& path) {
  std::error_code error;
  const bool in_place = std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error);
  return in_place ? path : std::filesystem::path(path.native() + ".partial");
}

bool SyncFile(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

}  // namespace

ExportFile::ExportFile(const std::filesystem::path& path) : path_(Target(path)), written_(WrittenFirst(path_)) {}

ExportFile::~ExportFile() {
  std::error_code ignored;
  if (partial_) std::filesystem::remove(written_, ignored);
}

Status ExportFile::Open() {
  errno = 0;
  stream_.open(written_, std::ios::binary);
  if (!stream_) return Failed("cannot create");
  partial_ = written_ != path_;
  return {};
}

Status ExportFile::Commit() {
  errno = 0;
  stream_.close();
  if (!stream_) return Failed("cannot write");
  if (!partial_) return {};
  if (!SyncFile(written_) || ::rename(written_.c_str(), path_.c_str()) != 0) return Failed("cannot finish");
  partial_ = false;
  return {};
}

Status ExportFile::Failed(const char* what) const {
  const int cause = errno;
  const StatusCode code = cause == ENOSPC                     ? StatusCode::kNoSpace
                          : cause == EACCES || cause == EPERM ? StatusCode::kPermission
                                                              : StatusCode::kIoError;
  return {code, std::string(what) + " " + path_.string() + ": " + std::generic_category().message(cause)};
}

}  // namespace rookery::python
