#include "tests/beside/beside_fixture.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <utility>

namespace rookery::testing {

namespace fs = std::filesystem;

Result<Store> ReadBeside(const fs::path& store, const StoreOptions& given) {
  StoreOptions options = given;
  options.mode = OpenMode::kReadBeside;
  return Store::Open(store, options);
}

std::vector<std::string> CheckpointsOf(const fs::path& store) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(store / "readers")) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t BytesBelow(const fs::path& directory) {
  std::set<std::pair<dev_t, ino_t>> seen;
  std::uint64_t bytes = 0;
  std::error_code gone;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    struct stat status {};
    if (::lstat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (seen.emplace(status.st_dev, status.st_ino).second) bytes += static_cast<std::uint64_t>(status.st_size);
  }
  return bytes;
}

}  // namespace rookery::testing
