// What an import is going to read: every path turned into files and folders, each with the importer that knows it.
//
// A folder that is one export (Slack) is one task. Any other folder is looked at file by file, in the order of the
// paths; what no format knows is left out there, but is an error where the caller named it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/import/file_tree.h"
#include "admin/import/importer.h"
#include "rookery/status.h"

namespace rookery::admin {

/// An importer and its name.
struct NamedImporter {
  std::string_view name;
  std::unique_ptr<Importer> importer;
};

/// One thing to read: a file, or a whole folder.
struct ImportTask {
  const NamedImporter* format;
  TreeView tree;
  std::optional<InputFile> file;  // absent: all of `tree`
};

struct ImportPlan {
  std::vector<std::unique_ptr<FileTree>> trees;
  std::vector<ImportTask> tasks;
  std::vector<std::pair<std::string, std::string>> problems;  // files that cannot be read, and why
  std::uint64_t files_skipped = 0;
  std::uint64_t total_bytes = 0;
};

class ImportPlanner {
 public:
  /// `formats` are those to try; both must outlive the planner and the plan. `detect` is false if the caller named the
  /// format.
  ImportPlanner(std::span<const NamedImporter> formats, bool detect, ImportPlan* plan)
      : formats_(formats), detect_(detect), plan_(*plan) {}

  /// kNotFound, kInvalidArgument (no format knows the file), kIoError, kPermission, kCorruption (an archive).
  Status AddPath(const std::filesystem::path& path);
  /// kInvalidArgument if there is nothing to read.
  Status Finish(std::span<const std::filesystem::path> paths) const;

 private:
  Status AddTree(const TreeView& tree);
  Status AddOwned(std::unique_ptr<FileTree> tree);
  Status AddArchive(const std::filesystem::path& path, bool named);
  /// `named`: by the caller, not found in a folder.
  Status AddFile(const InputFile& file, bool named);
  const NamedImporter* FormatOfTree(const TreeView& tree) const;
  Status Unknown(std::string_view what) const;
  void AddTask(ImportTask task);

  const std::span<const NamedImporter> formats_;
  const bool detect_;
  ImportPlan& plan_;
  std::uint64_t empty_files_ = 0;
};

}  // namespace rookery::admin
