#include "engine/rocksdb/manifest_keeper.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "base/write_all.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/file_error.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;

/// An open file that is closed again.
class File {
 public:
  File(fs::path path, int flags)
      : path_(std::move(path)), descriptor_(::open(path_.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Status Opened() const { return descriptor_ >= 0 ? Status{} : FileError(path_, "open", errno); }
  Status Sync() const { return ::fdatasync(descriptor_) == 0 ? Status{} : FileError(path_, "sync", errno); }
  Status Write(std::string_view bytes, std::uint64_t offset) const {
    if (base::WriteAllAt(descriptor_, bytes, offset)) return {};
    return FileError(path_, "write to", errno);
  }
  /// 0 at its end.
  Result<std::size_t> Read(std::vector<char>* buffer, std::uint64_t offset) const {
    const ssize_t size = ::pread(descriptor_, buffer->data(), buffer->size(), static_cast<off_t>(offset));
    if (size < 0) return FileError(path_, "read", errno);
    return static_cast<std::size_t>(size);
  }

 private:
  const fs::path path_;
  const int descriptor_;
};

/// Copies what `from` has beyond `*bytes`, and moves that on once it is on disk.
Status CopyRest(const fs::path& from, const File& to, std::uint64_t* bytes) {
  constexpr std::size_t kAtOnce = std::size_t{64} << 10;
  const File source(from, O_RDONLY);
  RK_TRY(source.Opened());
  std::vector<char> buffer(kAtOnce);
  std::uint64_t at = *bytes;
  for (;;) {
    RK_ASSIGN_OR_RETURN(const std::size_t size, source.Read(&buffer, at));
    if (size == 0) break;
    RK_TRY(to.Write({buffer.data(), size}, at));
    at += size;
  }
  if (at == *bytes) return {};
  RK_TRY(to.Sync());
  *bytes = at;
  return {};
}

Status Rename(const fs::path& draft, const fs::path& path) {
  return std::rename(draft.c_str(), path.c_str()) == 0 ? Status{} : FileError(draft, "rename", errno);
}

Status SyncDirectory(const fs::path& path) {
  const File directory(path, O_RDONLY | O_DIRECTORY);
  RK_TRY(directory.Opened());
  return directory.Sync();
}

fs::path DraftOf(fs::path path) { return path += ".new"; }

}  // namespace

fs::path KeptDirectory(const fs::path& directory) { return directory / "kept"; }

ManifestKeeper::ManifestKeeper(fs::path directory, std::shared_ptr<Logger> logger,
                               std::shared_ptr<const crypto::KeyRing> keys)
    : directory_(std::move(directory)), logger_(std::move(logger)), keys_(std::move(keys)) {}

void ManifestKeeper::Keep() {
  Status kept;
  bool is_news = false;
  {
    const base::MutexLock lock(mutex_);
    kept = KeepNow();
    is_news = !kept.ok() && !failed_;
    failed_ = !kept.ok();
  }
  if (is_news && logger_ != nullptr) {
    logger_->Log(LogLevel::kWarning, "engine", "the copy of the manifest is not kept: " + kept.ToString());
  }
}

Status ManifestKeeper::KeepNow() {
  RK_ASSIGN_OR_RETURN(const CurrentFile current, ReadCurrentFile(directory_, keys_.get()));
  return current.manifest == manifest_ ? Append() : Begin(current);
}

Status ManifestKeeper::Append() {
  const File kept(KeptDirectory(directory_) / manifest_, O_WRONLY);
  RK_TRY(kept.Opened());
  return CopyRest(directory_ / manifest_, kept, &bytes_);
}

Status ManifestKeeper::Begin(const CurrentFile& current) {
  const std::string& manifest = current.manifest;
  const fs::path directory = KeptDirectory(directory_);
  if (::mkdir(directory.c_str(), S_IRWXU) == 0) {
    RK_TRY(SyncDirectory(directory_));
  } else if (errno != EEXIST) {
    return FileError(directory, "make the directory", errno);
  }
  std::uint64_t bytes = 0;
  const fs::path draft = DraftOf(directory / manifest);
  {
    const File file(draft, O_WRONLY | O_CREAT | O_TRUNC);
    RK_TRY(file.Opened());
    RK_TRY(CopyRest(directory_ / manifest, file, &bytes));
  }
  RK_TRY(Rename(draft, directory / manifest));
  RK_TRY(SyncDirectory(directory));  // CURRENT never names what is not there
  const fs::path current_draft = DraftOf(directory / "CURRENT");
  {
    const File file(current_draft, O_WRONLY | O_CREAT | O_TRUNC);
    RK_TRY(file.Opened());
    RK_TRY(file.Write(current.bytes, 0));
    RK_TRY(file.Sync());
  }
  RK_TRY(Rename(current_draft, directory / "CURRENT"));
  RK_TRY(SyncDirectory(directory));
  manifest_ = manifest;
  bytes_ = bytes;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.starts_with("MANIFEST-") && name != manifest) fs::remove(entry->path(), ignored);
  }
  return {};
}

}  // namespace rookery::engine
