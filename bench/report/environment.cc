#include "bench/report/environment.h"

#include <lmdb.h>
#include <rocksdb/version.h>
#include <sqlite3.h>
#include <sys/utsname.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <system_error>
#include <thread>

#include "rookery/version.h"

namespace rookery::bench {
namespace {

constexpr const char* kUnknown = "unknown";

std::string ReadWhole(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// What follows "<name> :" in the first line of `text` that begins with the name.
std::string FieldOf(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const std::size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
    return begin == std::string::npos ? kUnknown : line.substr(begin);
  }
  return kUnknown;
}

std::string Kernel() {
  utsname name{};
  if (::uname(&name) != 0) return kUnknown;
  return std::string(name.sysname) + " " + name.release;
}

double LoadAverage() {
  double load = 0;
  return ::getloadavg(&load, 1) == 1 ? load : 0;
}

std::string Commit() {
  constexpr const char* kCommand = "git -C '" ROOKERY_SOURCE_DIR "' describe --always --dirty --abbrev=12 2>/dev/null";
  const auto close = [](std::FILE* pipe) { ::pclose(pipe); };
  const std::unique_ptr<std::FILE, decltype(close)> pipe(::popen(kCommand, "r"), close);
  std::array<char, 128> line{};
  if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) return kUnknown;
  const std::string text(line.data());
  return text.substr(0, text.find('\n'));
}

std::string Build() {
  const std::string type = ROOKERY_BUILD_TYPE;
#ifdef __clang__
  return type + ", clang " + __clang_version__;
#else
  return type + ", GCC " + __VERSION__;
#endif
}

std::string RocksDbVersion() {
  return std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR) + "." + std::to_string(ROCKSDB_PATCH);
}

}  // namespace

Environment DescribeEnvironment(const std::filesystem::path& store_directory) {
  Environment environment;
  environment.cpu = FieldOf(ReadWhole("/proc/cpuinfo"), "model name");
  environment.cores = std::thread::hardware_concurrency();
  environment.memory_bytes = std::strtoull(FieldOf(ReadWhole("/proc/meminfo"), "MemTotal").c_str(), nullptr, 10) * 1024;
  environment.kernel = Kernel();
  environment.file_system = FileSystemOf(store_directory, ReadWhole("/proc/self/mountinfo"));
  environment.load = LoadAverage();
  environment.commit = Commit();
  environment.build = Build();
  environment.rookery = LibraryVersion();
  environment.rocksdb = RocksDbVersion();
  environment.lmdb = std::to_string(MDB_VERSION_MAJOR) + "." + std::to_string(MDB_VERSION_MINOR) + "." +
                     std::to_string(MDB_VERSION_PATCH);
  environment.sqlite = sqlite3_libversion();
  return environment;
}

std::string FileSystemOf(const std::filesystem::path& path, const std::string& mount_info) {
  std::error_code error;
  const std::string real = std::filesystem::weakly_canonical(path, error).string() + "/";
  std::string type = kUnknown;
  std::size_t longest = 0;
  std::istringstream lines(mount_info);
  for (std::string line; std::getline(lines, line);) {
    // id parent major:minor root mount-point options [tags] - type source options
    std::istringstream fields(line);
    std::string mount_point;
    for (int i = 0; i < 5; ++i) fields >> mount_point;
    if (mount_point != "/") mount_point += "/";
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos || !real.starts_with(mount_point) || mount_point.size() < longest) continue;
    longest = mount_point.size();
    std::istringstream(line.substr(separator + 3)) >> type;
  }
  return type;
}

}  // namespace rookery::bench
