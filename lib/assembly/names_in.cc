#include "assembly/names_in.h"

#include <algorithm>
#include <system_error>

#include "assembly/system_error.h"

namespace rookery::assembly {

namespace fs = std::filesystem;

Result<std::vector<std::string>> NamesIn(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) return SystemError(error.value(), "cannot read", directory);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace rookery::assembly
