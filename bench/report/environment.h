// What a result depends on besides the code: machine, kernel, file system, build and versions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace rookery::bench {

struct Environment {
  std::string cpu = {};
  unsigned cores = 0;
  std::uint64_t memory_bytes = 0;
  std::string kernel = {};
  std::string file_system = {};  // of the directory with the stores
  double load = 0;               // the last minute's load average: what else the machine was doing
  std::string commit = {};       // of the source tree, "unknown" if it has none
  std::string build = {};        // type and compiler
  std::string rookery = {};
  std::string rocksdb = {};
  std::string lmdb = {};
  std::string sqlite = {};
};

/// What cannot be found out is "unknown" or 0.
Environment DescribeEnvironment(const std::filesystem::path& store_directory);

/// The type of the file system that `path` is on, given the text of /proc/self/mountinfo.
std::string FileSystemOf(const std::filesystem::path& path, const std::string& mount_info);

}  // namespace rookery::bench
