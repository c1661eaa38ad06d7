#include "admin/import/file_tree.h"

#include <algorithm>
#include <array>
#include <system_error>

#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

namespace fs = std::filesystem;

/// The folder's own name, also for "." and "logs/".
std::string FolderName(const fs::path& folder) {
  std::error_code error;
  fs::path absolute = fs::absolute(folder.empty() ? "." : folder, error).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  return absolute.filename().string();
}

class DiskTree final : public FileTree {
 public:
  DiskTree(fs::path root, std::vector<FileEntry> files) : root_(std::move(root)) {
    SetListing(FolderName(root_), std::move(files));
  }

  Result<std::unique_ptr<ByteStream>> Open(const FileEntry& entry) const override {
    ADMIN_ASSIGN_OR_RETURN(auto stream, OpenFile(PathOf(entry)));
    return MaybeGunzip(std::move(stream), entry.bytes);
  }
  std::string Label(const FileEntry& entry) const override { return PathOf(entry).string(); }
  bool may_hold_archives() const override { return true; }

 private:
  fs::path PathOf(const FileEntry& entry) const { return root_ / entry.path; }

  const fs::path root_;
};

Status ListError(const fs::path& path, const std::error_code& error) {
  const bool denied = error == std::errc::permission_denied;
  return {denied ? StatusCode::kPermission : StatusCode::kIoError, path.string() + ": cannot list: " + error.message()};
}

/// What version control and desktops put beside the data. A hidden file may be data: some exporters write names that
/// begin with a dot.
bool IsNoise(const fs::directory_entry& entry, std::error_code& error) {
  const std::string name = entry.path().filename().native();
  return name == ".DS_Store" || (name.starts_with('.') && entry.is_directory(error));
}

std::string_view WithoutSuffix(std::string_view name, std::string_view suffix) {
  if (name.size() > suffix.size() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
  return name;
}

}  // namespace

void FileTree::SetListing(std::string name, std::vector<FileEntry> files, std::vector<RefusedEntry> refused) {
  name_ = std::move(name);
  files_ = std::move(files);
  refused_ = std::move(refused);
  std::sort(files_.begin(), files_.end(), [](const FileEntry& a, const FileEntry& b) { return a.path < b.path; });
}

std::string_view InputFile::name() const {
  const std::string_view path = entry_->path;
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string_view InputFile::stem() const {
  constexpr auto kEndings = std::to_array<std::string_view>(
      {".gz", ".log", ".txt", ".weechatlog", ".jsonl", ".ndjson", ".json", ".mbox", ".mbx"});
  std::string_view stem = name();
  for (const std::string_view ending : kEndings) stem = WithoutSuffix(stem, ending);
  return stem;
}

std::string_view InputFile::folder() const {
  const std::string_view path = entry_->path;
  const std::size_t end = path.rfind('/');
  if (end == std::string_view::npos) return tree_->name();
  const std::string_view parents = path.substr(0, end);
  return parents.substr(parents.rfind('/') + 1);
}

std::string_view TreeView::RelativePath(std::size_t index) const {
  return std::string_view(files_[index].path).substr(prefix_);
}

bool TreeView::Contains(std::string_view relative_path) const {
  const auto below = [&](const FileEntry& entry) { return std::string_view(entry.path).substr(prefix_); };
  const auto at = std::lower_bound(files_.begin(), files_.end(), relative_path,
                                   [&](const FileEntry& entry, std::string_view path) { return below(entry) < path; });
  return at != files_.end() && below(*at) == relative_path;
}

TreeView TreeView::Subfolder(std::size_t index, std::size_t* end) const {
  const std::string_view path = files_[index].path;
  const std::size_t length = path.find('/', prefix_) + 1;
  const std::string_view prefix = path.substr(0, length);
  std::size_t after = index;
  while (after < files_.size() && std::string_view(files_[after].path).starts_with(prefix)) ++after;
  TreeView view = *this;
  view.files_ = files_.subspan(index, after - index);
  view.prefix_ = length;
  *end = after;
  return view;
}

Result<std::unique_ptr<FileTree>> ListFolder(const fs::path& folder) {
  std::error_code error;
  std::vector<FileEntry> files;
  auto at = fs::recursive_directory_iterator(folder, error);
  if (error) return ListError(folder, error);
  while (at != fs::recursive_directory_iterator()) {
    if (IsNoise(*at, error)) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file(error)) {
      const std::uintmax_t bytes = at->file_size(error);
      files.push_back({at->path().lexically_relative(folder).generic_string(), error ? 0 : bytes, 0});
    }
    const fs::path current = at->path();
    at.increment(error);
    if (error) return ListError(current, error);
  }
  return std::unique_ptr<FileTree>(std::make_unique<DiskTree>(folder, std::move(files)));
}

Result<std::unique_ptr<FileTree>> SingleFile(const fs::path& file) {
  std::error_code error;
  const std::uint64_t bytes = fs::file_size(file, error);
  if (error) return ListError(file, error);
  return std::unique_ptr<FileTree>(
      std::make_unique<DiskTree>(file.parent_path(), std::vector<FileEntry>{{file.filename().string(), bytes, 0}}));
}

}  // namespace rookery::admin
