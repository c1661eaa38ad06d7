#include "base/file_error.h"

#include <cerrno>
#include <string>
#include <utility>

namespace rookery::base {
namespace {

struct Meaning {
  StatusCode code;
  std::string_view help;
};

Meaning MeaningOf(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return {StatusCode::kPermission, "check its owner and mode"};
    case ENOSPC:
    case EDQUOT:
      return {StatusCode::kNoSpace, "free space on its disk"};
    case EMFILE:
    case ENFILE:
      return {StatusCode::kIoError, "let more files be open (ulimit -n)"};
    case EISDIR:
    case ENOTDIR:
      return {StatusCode::kIoError, "put back what was there before"};
    default:
      return {StatusCode::kIoError, "check its disk"};
  }
}

}  // namespace

Status FileError(const std::filesystem::path& path, std::string_view action, const std::error_code& error) {
  const Meaning meaning = MeaningOf(error.default_error_condition().value());
  std::string message = "cannot ";
  message.append(action).append(" ").append(path.string()).append(": ").append(error.message());
  message.append("; ").append(meaning.help);
  return {meaning.code, std::move(message)};
}

Status FileError(const std::filesystem::path& path, std::string_view action, int error) {
  return FileError(path, action, std::error_code(error, std::generic_category()));
}

bool IsOfAccess(const Status& status) {
  return status.code() == StatusCode::kPermission || status.code() == StatusCode::kNoSpace ||
         status.code() == StatusCode::kIoError || status.code() == StatusCode::kUnavailable;
}

}  // namespace rookery::base
