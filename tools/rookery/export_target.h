// The file of an export. A regular file appears under its name only when it is complete and on disk; until then it is
// <name>.partial, which goes when the export fails. Devices and pipes are written as they are.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

#include "rookery/status.h"

namespace rookery::cli {

class ExportTarget {
 public:
  static Result<ExportTarget> Open(const std::filesystem::path& path);
  ExportTarget(ExportTarget&& other) noexcept;
  ExportTarget(const ExportTarget&) = delete;
  ExportTarget& operator=(ExportTarget&&) = delete;
  ExportTarget& operator=(const ExportTarget&) = delete;
  ~ExportTarget();

  std::ostream& stream() { return *stream_; }
  Status Commit();

 private:
  ExportTarget(std::filesystem::path path, std::filesystem::path partial);

  Status Fail(const char* what) const;

  std::filesystem::path path_;
  std::filesystem::path partial_;  // empty: written in place, committed, or moved from
  std::unique_ptr<std::ofstream> stream_;
};

}  // namespace rookery::cli
