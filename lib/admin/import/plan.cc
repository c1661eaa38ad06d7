#include "admin/import/plan.h"

#include <system_error>
#include <utility>

#include "admin/status_macros.h"

namespace rookery::admin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kZipMagic = "PK\x03\x04";
constexpr std::string_view kEmptyZipMagic = "PK\x05\x06";

bool IsZip(std::string_view head) { return head.starts_with(kZipMagic) || head.starts_with(kEmptyZipMagic); }

/// The first bytes of a file, as many as can be read.
struct Head {
  std::string bytes;
  Status damage;  // why there are no more
};

Result<Head> ReadHead(const InputFile& file) {
  Head head{std::string(kProbeBytes, '\0'), {}};
  std::size_t size = 0;
  auto stream = file.Open();
  Status status = stream.status();
  while (status.ok() && size < head.bytes.size()) {
    const auto count = (*stream)->Read(head.bytes.data() + size, head.bytes.size() - size);
    status = count.status();
    if (!count.has_value() || *count == 0) break;
    size += *count;
  }
  head.bytes.resize(size);
  if (!status.ok() && status.code() != StatusCode::kCorruption) return status;
  head.damage = std::move(status);
  return head;
}

}  // namespace

Status ImportPlanner::AddPath(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    return {StatusCode::kNotFound, path.string() + ": no such file or folder"};
  if (error) return {StatusCode::kIoError, path.string() + ": " + error.message()};
  if (fs::is_directory(status)) {
    ADMIN_ASSIGN_OR_RETURN(auto tree, ListFolder(path));
    return AddOwned(std::move(tree));
  }
  if (!fs::is_regular_file(status)) {
    return {StatusCode::kInvalidArgument, path.string() + ": is neither a file nor a folder"};
  }
  ADMIN_ASSIGN_OR_RETURN(auto tree, SingleFile(path));
  const FileTree* const file = plan_.trees.emplace_back(std::move(tree)).get();
  return AddFile(TreeView(file)[0], true);
}

Status ImportPlanner::AddOwned(std::unique_ptr<FileTree> tree) {
  const FileTree* const owned = plan_.trees.emplace_back(std::move(tree)).get();
  for (const RefusedEntry& entry : owned->refused()) plan_.problems.emplace_back(entry.label, entry.reason);
  return AddTree(TreeView(owned));
}

const NamedImporter* ImportPlanner::FormatOfTree(const TreeView& tree) const {
  for (const NamedImporter& format : formats_) {
    if (format.importer->DetectTree(tree)) return &format;
  }
  return nullptr;
}

Status ImportPlanner::AddTree(const TreeView& tree) {
  if (const NamedImporter* const format = FormatOfTree(tree)) {
    AddTask({format, tree, std::nullopt});
    return {};
  }
  for (std::size_t i = 0; i < tree.size();) {
    if (tree.RelativePath(i).find('/') == std::string_view::npos) {
      ADMIN_TRY(AddFile(tree[i], false));
      ++i;
    } else {
      ADMIN_TRY(AddTree(tree.Subfolder(i, &i)));
    }
  }
  return {};
}

Status ImportPlanner::AddArchive(const fs::path& path, bool named) {
  auto archive = OpenZip(path);
  if (archive.has_value()) return AddOwned(*std::move(archive));
  if (named) return archive.status();
  plan_.problems.emplace_back(path.string(), std::string(archive.error().message()));
  return {};
}

Status ImportPlanner::AddFile(const InputFile& file, bool named) {
  ADMIN_ASSIGN_OR_RETURN(const Head head, ReadHead(file));
  if (IsZip(head.bytes) && file.tree().may_hold_archives()) return AddArchive(file.label(), named);
  if (head.bytes.empty() && head.damage.ok()) {
    ++empty_files_;
    ++plan_.files_skipped;
    return {};
  }
  for (const NamedImporter& format : formats_) {
    Match match = format.importer->DetectFile({file, head.bytes});
    // The caller's word counts more than what detection thinks of a file.
    if (match == Match::kNo && named && !detect_) match = Match::kYes;
    if (match == Match::kYes) AddTask({&format, TreeView(&file.tree()), file});
    if (match == Match::kSkip) ++plan_.files_skipped;
    if (match != Match::kNo) return {};
  }
  if (!head.damage.ok()) {
    plan_.problems.emplace_back(file.label(), std::string(head.damage.message()));
    return {};
  }
  if (named) return Unknown(file.label());
  ++plan_.files_skipped;
  return {};
}

void ImportPlanner::AddTask(ImportTask task) {
  if (task.file) {
    plan_.total_bytes += task.file->bytes();
  } else {
    for (std::size_t i = 0; i < task.tree.size(); ++i) {
      if (task.format->importer->WantsInTree(task.tree, i)) plan_.total_bytes += task.tree[i].bytes();
    }
  }
  plan_.tasks.push_back(task);
}

Status ImportPlanner::Unknown(std::string_view what) const {
  std::string message(what);
  if (!detect_) {
    message.append(": holds nothing of format ").append(formats_.front().name);
    return {StatusCode::kInvalidArgument, message};
  }
  message += ": of no format that import knows; the formats are";
  for (const NamedImporter& format : formats_)
    message.append(&format == formats_.data() ? " " : ", ").append(format.name);
  return {StatusCode::kInvalidArgument, message + ". Name the format if it is one of them"};
}

Status ImportPlanner::Finish(std::span<const fs::path> paths) const {
  const bool only_empty_files = empty_files_ > 0 && empty_files_ == plan_.files_skipped;
  if (!plan_.tasks.empty() || !plan_.problems.empty() || only_empty_files || paths.empty()) return {};
  return Unknown(paths.front().string());
}

}  // namespace rookery::admin
