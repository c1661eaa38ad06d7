#include "engine/rocksdb/directory.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/file_reader.h"
#include "base/macros.h"
#include "engine/rocksdb/file_error.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;

/// What is in a directory, as far as it matters.
struct Content {
  bool missing = false;
  bool has_current = false;
  bool has_log = false;
  std::optional<std::string> remnant;  // a file of RocksDB's
  std::optional<std::string> other;    // anything else
};

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsRocksDbFile(const fs::path& name) {
  const std::string text = name.string();
  const std::string extension = name.extension().string();
  if (extension == ".sst" || extension == ".log" || extension == ".blob" || extension == ".dbtmp") {
    return IsNumber(name.stem().string());
  }
  return text == "CURRENT" || text == "IDENTITY" || text == "LOCK" || text.starts_with("MANIFEST-") ||
         text.starts_with("OPTIONS-");
}

Result<Content> Look(const fs::path& directory) {
  Content content;
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (status.type() == fs::file_type::not_found) {
    content.missing = true;
    return content;
  }
  if (error) return FileError(directory, "look at", error);
  if (!fs::is_directory(status)) {
    return Status(StatusCode::kNotAStore, directory.string() + " is not a directory; give the directory of a store");
  }
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (name == "CURRENT") content.has_current = true;
    if (name.extension() == ".log" && IsRocksDbFile(name)) content.has_log = true;
    (IsRocksDbFile(name) ? content.remnant : content.other) = name.string();
  }
  if (error) return FileError(directory, "read the directory", error);
  return content;
}

Status MissingCurrent(const fs::path& directory, const std::string& remnant) {
  return {StatusCode::kCorruption, directory.string() + " has lost its file CURRENT but still holds " + remnant +
                                       "; put CURRENT back (rookery doctor STORE --fix), or restore the store"};
}

Status CheckForCreation(const fs::path& directory, const Content& content) {
  if (content.has_current) {
    return {StatusCode::kAlreadyExists, "there is a store in " + directory.string() + " already"};
  }
  if (content.remnant.has_value()) return MissingCurrent(directory, *content.remnant);
  if (content.other.has_value()) {
    return {StatusCode::kNotAStore, directory.string() + " is not empty: it holds " + *content.other +
                                        "; a store is only created in a missing or empty directory"};
  }
  return {};
}

Status MakePrivate(const fs::path& directory, bool missing) {
  if (missing && ::mkdir(directory.c_str(), S_IRWXU) != 0) {
    return FileError(directory, "make the directory", errno);
  }
  // A directory that is someone else's but open to us stays as it is: its files will be private anyway.
  if (!missing && ::chmod(directory.c_str(), S_IRWXU) != 0 && errno != EPERM) {
    return FileError(directory, "make private", errno);
  }
  return {};
}

}  // namespace

Status CheckDirectory(const fs::path& directory, RocksDbOptions::Mode mode) {
  RK_ASSIGN_OR_RETURN(const Content content, Look(directory));
  if (mode == RocksDbOptions::Mode::kCreate) {
    RK_TRY(CheckForCreation(directory, content));
    return MakePrivate(directory, content.missing);
  }
  if (const auto strange = FindStrangeFiles(directory); !strange.empty()) {
    return base::FileReader::Open(strange.front()).status();
  }
  if (content.has_current) return {};
  if (content.remnant.has_value()) return MissingCurrent(directory, *content.remnant);
  return {StatusCode::kNotAStore,
          content.missing ? directory.string() + " does not exist" : "there is no store in " + directory.string()};
}

Status CheckLog(const fs::path& directory) {
  RK_ASSIGN_OR_RETURN(const Content content, Look(directory));
  if (content.has_log) return {};
  return {StatusCode::kCorruption,
          directory.string() +
              " has lost its log, a file such as 000010.log, and with it writes that were acknowledged; put it back, "
              "restore the store, or copy what can be read (rookery salvage STORE NEW_STORE)"};
}

std::vector<fs::path> FindStrangeFiles(const fs::path& directory) {
  std::vector<fs::path> strange;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    const fs::file_status status = entry->status(ignored);
    if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) {
      strange.push_back(entry->path());
    }
  }
  std::sort(strange.begin(), strange.end());
  return strange;
}

bool HoldsData(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  return extension == ".sst" || extension == ".blob" || extension == ".log" ||
         file.filename().string().starts_with("MANIFEST-");
}

}  // namespace rookery::engine
