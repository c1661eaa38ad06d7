// Errors of the operating system as Status: the code says what to do, the message names the path.
#pragma once

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "rookery/status.h"

namespace rookery::assembly {

inline Status SystemError(int error, std::string_view what, const std::filesystem::path& path) {
  StatusCode code = StatusCode::kIoError;
  if (error == EACCES || error == EPERM || error == EROFS) code = StatusCode::kPermission;
  if (error == ENOSPC || error == EDQUOT) code = StatusCode::kNoSpace;
  return {code, std::string(what) + " " + path.string() + ": " + std::strerror(error)};
}

}  // namespace rookery::assembly
