// A copy of a directory while somebody works in it, as a process that is killed would leave it.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <system_error>

namespace rookery::testing {

/// Of all files below a directory. One that goes meanwhile is left out.
inline std::map<std::string, std::string> BytesBelow(const std::filesystem::path& directory) {
  std::map<std::string, std::string> bytes;
  std::error_code gone;
  std::filesystem::recursive_directory_iterator entry(directory, gone);
  for (; !gone && entry != std::filesystem::recursive_directory_iterator(); entry.increment(gone)) {
    std::ifstream file(entry->path(), std::ios::binary);
    if (entry->is_regular_file(gone)) bytes[entry->path()] = {std::istreambuf_iterator<char>(file), {}};
    gone.clear();
  }
  return bytes;
}

/// Again until nothing changes meanwhile, so that what is copied is of one moment. `to` does not exist.
inline void CopyOfOneMoment(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::map<std::string, std::string> before;
  do {
    std::filesystem::remove_all(to);
    before = BytesBelow(from);
    std::error_code gone;
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, gone);
  } while (BytesBelow(from) != before);
}

}  // namespace rookery::testing
