// The file that an export is written to: it appears under its name when it is complete and on disk.
#pragma once

#include <filesystem>
#include <fstream>

#include "rookery/status.h"

namespace rookery::python {

/// Owned by one call. What is not committed is removed.
class ExportFile {
 public:
  /// A regular file, new or not, is written beside itself; a device or pipe directly.
  explicit ExportFile(const std::filesystem::path& path);
  ~ExportFile();
  ExportFile(const ExportFile&) = delete;
  ExportFile& operator=(const ExportFile&) = delete;

  /// kIoError, kNoSpace, kPermission: it cannot be created.
  Status Open();
  std::ostream& stream() { return stream_; }
  /// The file gets its name. kIoError or kNoSpace: it does not, and what had the name before is unchanged.
  Status Commit();

 private:
  Status Failed(const char* what) const;

  const std::filesystem::path path_;     // of the file itself, where a symbolic link was given
  const std::filesystem::path written_;  // path_, or the partial file
  std::ofstream stream_;
  bool partial_ = false;  // written_ exists and is not path_
};

}  // namespace rookery::python
