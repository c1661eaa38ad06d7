#include "export_target.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "text.h"

namespace rookery::cli {
namespace {

bool SyncFile(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

}  // namespace

ExportTarget::ExportTarget(std::filesystem::path path, std::filesystem::path partial)
    : path_(std::move(path)), partial_(std::move(partial)) {
  stream_ = std::make_unique<std::ofstream>(partial_.empty() ? path_ : partial_, std::ios::binary);
}

ExportTarget::ExportTarget(ExportTarget&& other) noexcept
    : path_(std::move(other.path_)), partial_(std::exchange(other.partial_, {})), stream_(std::move(other.stream_)) {}

ExportTarget::~ExportTarget() {
  std::error_code ignored;
  if (!partial_.empty()) std::filesystem::remove(partial_, ignored);
}

Result<ExportTarget> ExportTarget::Open(const std::filesystem::path& path) {
  std::error_code error;
  const bool in_place = std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error);
  // A symbolic link stays one: what it points to is replaced.
  const std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
  std::filesystem::path partial;
  if (!in_place) partial = target.string() + ".partial";
  errno = 0;
  ExportTarget opened(error ? path : target, std::move(partial));
  if (!*opened.stream_) return opened.Fail("cannot create");
  return opened;
}

Status ExportTarget::Commit() {
  errno = 0;
  stream_->close();
  if (!*stream_) return Fail("cannot write");
  if (partial_.empty()) return Status::Ok();
  if (!SyncFile(partial_) || ::rename(partial_.c_str(), path_.c_str()) != 0) return Fail("cannot finish");
  partial_.clear();
  return Status::Ok();
}

Status ExportTarget::Fail(const char* what) const {
  const int cause = errno;
  const StatusCode code = cause == ENOSPC                     ? StatusCode::kNoSpace
                          : cause == EACCES || cause == EPERM ? StatusCode::kPermission
                                                              : StatusCode::kIoError;
  return {code, fmt::format("{} {}: {}", what, TerminalText(path_.string()), std::strerror(cause))};
}

}  // namespace rookery::cli
