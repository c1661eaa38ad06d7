#include "backup/scratch.h"

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "assembly/replace_file.h"
#include "backup/files.h"
#include "base/macros.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "scratch-";
constexpr std::string_view kNameElsewhere = "rookery-scratch-";
constexpr std::size_t kRandomDigits = 8;

fs::path MarkPath(const fs::path& scratch) { return scratch / "ROOKERY-SCRATCH"; }

/// The path of a new directory.
Result<fs::path> MakeIn(const fs::path& directory, std::string_view name) {
  constexpr int kTries = 100;
  std::random_device random;
  for (int i = 1;; ++i) {
    std::array<char, kRandomDigits + 1> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", random());
    fs::path path = directory / (std::string(name) + digits.data());
    const Status made = MakeDirectory(path);
    if (made.ok()) return path;
    if (made.code() != StatusCode::kAlreadyExists || i == kTries) {
      return Status(made).WithContext("the backup cannot be opened in " + directory.string());
    }
  }
}

Result<fs::path> MakeAnywhere(const fs::path& set) {
  Result<fs::path> in_set = MakeIn(set, kName);
  if (in_set || in_set.error().code() != StatusCode::kPermission) return in_set;
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  return error ? in_set : MakeIn(temporary, kNameElsewhere);
}

}  // namespace

Result<Scratch> Scratch::Make(const fs::path& set, const fs::path& directory) {
  RK_ASSIGN_OR_RETURN(fs::path made, directory.empty() ? MakeAnywhere(set) : MakeIn(directory, kNameElsewhere));
  Scratch scratch(std::move(made));
  RK_TRY(WriteNew(MarkPath(scratch.path()), "", assembly::FileSync::kNo));
  return scratch;
}

Scratch::~Scratch() {
  if (!path_.empty()) static_cast<void>(Remove(path_));
}

bool Scratch::IsOne(const fs::path& path) {
  const std::string name = path.filename().string();
  std::error_code error;
  if (!name.starts_with(kName) || !fs::is_directory(fs::symlink_status(path, error))) return false;
  if (fs::is_regular_file(fs::symlink_status(MarkPath(path), error))) return true;
  // Killed before it had its mark.
  const std::string_view digits = std::string_view(name).substr(kName.size());
  return digits.size() == kRandomDigits && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         fs::is_empty(path, error) && !error;
}

Status Scratch::Remove(const fs::path& path) {
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path));
  for (const std::string& name : names) {
    if (name != MarkPath(path).filename()) RK_TRY(RemoveAll(path / name));
  }
  return RemoveAll(path);
}

}  // namespace rookery::backup
