#include "engine/rocksdb/file_error.h"

#include <string>
#include <utility>

namespace rookery::engine {

Status FileError(const std::filesystem::path& path, std::string_view action, const std::error_code& error) {
  const bool permission = error == std::errc::permission_denied || error == std::errc::operation_not_permitted ||
                          error == std::errc::read_only_file_system;
  const bool full = error == std::errc::no_space_on_device;
  const StatusCode code = permission ? StatusCode::kPermission : full ? StatusCode::kNoSpace : StatusCode::kIoError;
  std::string message = "cannot ";
  message.append(action).append(" ").append(path.string()).append(": ").append(error.message());
  message += permission ? "; check its owner and mode" : full ? "; free space on its disk" : "; check its disk";
  return {code, std::move(message)};
}

Status FileError(const std::filesystem::path& path, std::string_view action, int error) {
  return FileError(path, action, std::error_code(error, std::generic_category()));
}

}  // namespace rookery::engine
