#include "beside/readers_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "assembly/names_in.h"
#include "assembly/replace_file.h"
#include "assembly/store_directory.h"
#include "assembly/system_error.h"
#include "backup/files.h"
#include "base/macros.h"

namespace rookery::beside {
namespace {

namespace fs = std::filesystem;
using assembly::SystemError;

constexpr std::string_view kMark = "ROOKERY-READERS";
constexpr std::string_view kMarkTitle = "rookery readers\nstore ";
constexpr std::size_t kDigits = 6;
constexpr std::size_t kMaxDigits = 18;
constexpr std::string_view kDraft = ".part";
constexpr std::string_view kGone = ".gone";

std::string MarkText(std::string_view store_id) { return std::string(kMarkTitle) + std::string(store_id) + "\n"; }

Status NotOurs(const fs::path& path) {
  return {StatusCode::kAlreadyExists,
          path.string() + " is not what rookery makes there to serve readers, and stays as it is; move it away"};
}

/// Whether only its owner can look into it.
Status CheckPrivate(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return SystemError(errno, "cannot look at", path);
  if (!S_ISDIR(status.st_mode)) return NotOurs(path);
  if (status.st_uid != ::geteuid()) {
    return {StatusCode::kPermission, path.string() + " belongs to user " + std::to_string(status.st_uid) +
                                         ", and this process runs as " + std::to_string(::geteuid()) +
                                         "; give it to that user, or remove it"};
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return {StatusCode::kPermission,
          path.string() + " can be used by others, who could read the store there; set its mode to 0700"};
}

}  // namespace

ReadersDirectory::ReadersDirectory(const fs::path& store) : path_(assembly::StoreDirectory(store).readers_path()) {}

fs::path ReadersDirectory::DraftPath(std::string_view checkpoint) const {
  return PathOf(std::string(checkpoint) + std::string(kDraft));
}

fs::path ReadersDirectory::GonePath(std::string_view checkpoint) const {
  return PathOf(std::string(checkpoint) + std::string(kGone));
}

Status ReadersDirectory::Prepare(std::string_view store_id) const {
  Status made = backup::MakeDirectory(path_);
  if (!made.ok() && made.code() != StatusCode::kAlreadyExists) return made;
  RK_TRY(CheckPrivate(path_));
  if (IsOf(store_id)) return {};
  const fs::path mark = path_ / kMark;
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, assembly::NamesIn(path_));
  // Making it may have been cut short.
  const std::string draft = assembly::DraftOf(mark).filename().string();
  if (std::ranges::any_of(names, [&](const std::string& name) { return name != draft; })) return NotOurs(path_);
  return assembly::ReplaceFile(mark, MarkText(store_id), assembly::FileSync::kNo);
}

bool ReadersDirectory::IsOf(std::string_view store_id) const {
  constexpr std::size_t kMaxBytes = 256;
  if (!backup::CheckIsDirectory(path_).ok()) return false;
  const auto text = backup::ReadSmall(path_ / kMark, kMaxBytes);
  return text && *text == MarkText(store_id);
}

Result<std::vector<std::string>> ReadersDirectory::Checkpoints() const {
  RK_ASSIGN_OR_RETURN(std::vector<std::string> names, assembly::NamesIn(path_));
  std::erase_if(names, [](const std::string& name) { return !IsCheckpointName(name); });
  std::ranges::sort(names, {}, NumberOfCheckpoint);
  return names;
}

Result<std::vector<fs::path>> ReadersDirectory::Leftovers() const {
  std::vector<fs::path> leftovers;
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, assembly::NamesIn(path_));
  for (const std::string& name : names) {
    const std::string_view stem = std::string_view(name).substr(0, name.rfind('.'));
    const bool left = name.ends_with(kDraft) || name.ends_with(kGone);
    if (left && IsCheckpointName(stem)) leftovers.push_back(path_ / name);
  }
  return leftovers;
}

std::string NameOfCheckpoint(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return digits;
}

bool IsCheckpointName(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return name.size() >= kDigits && name.size() <= kMaxDigits && std::ranges::all_of(name, is_digit);
}

std::uint64_t NumberOfCheckpoint(std::string_view name) {
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

}  // namespace rookery::beside
