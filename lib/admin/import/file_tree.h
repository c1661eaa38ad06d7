// Named files, wherever they lie: in a folder, in an archive, or a single one. Importers see nothing else.
//
// A FileTree owns the listing, sorted by path; a TreeView is a folder of it; an InputFile is one of its files. Names
// are labels: nothing is ever created or looked up on disk by a name that came out of an archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/import/byte_stream.h"
#include "rookery/status.h"

namespace rookery::admin {

struct FileEntry {
  std::string path;         // below the root, with '/' between the parts
  std::uint64_t bytes = 0;  // on disk; packed, in an archive
  std::uint64_t index = 0;  // in the archive
};

/// A file of an archive whose name says that it wants out of the archive.
struct RefusedEntry {
  std::string label;
  std::string reason;
};

/// Immutable once made, and outlives the views on it.
class FileTree {
 public:
  virtual ~FileTree() = default;

  /// The name of the folder, or of the archive without its ending.
  const std::string& name() const { return name_; }
  std::span<const FileEntry> files() const { return files_; }
  std::span<const RefusedEntry> refused() const { return refused_; }

  /// The entry's bytes, gzip unpacked. kIoError, kCorruption, ...
  virtual Result<std::unique_ptr<ByteStream>> Open(const FileEntry& entry) const = 0;
  /// What a person calls the file: its path, or "archive.zip:inner/name".
  virtual std::string Label(const FileEntry& entry) const = 0;
  /// True if files of this tree may be archives themselves.
  virtual bool may_hold_archives() const = 0;

 protected:
  void SetListing(std::string name, std::vector<FileEntry> files, std::vector<RefusedEntry> refused = {});

 private:
  std::string name_;
  std::vector<FileEntry> files_;
  std::vector<RefusedEntry> refused_;
};

/// One file. A view on its tree; cheap to copy.
class InputFile {
 public:
  InputFile(const FileTree* tree, const FileEntry* entry) : tree_(tree), entry_(entry) {}

  /// The last part of the path.
  std::string_view name() const;
  /// The name without its endings: "general" for "general.log.gz"; only known endings are cut.
  std::string_view stem() const;
  /// The name of the folder that it is in.
  std::string_view folder() const;
  std::uint64_t bytes() const { return entry_->bytes; }
  std::string label() const { return tree_->Label(*entry_); }
  const FileTree& tree() const { return *tree_; }
  const FileEntry& entry() const { return *entry_; }
  Result<std::unique_ptr<ByteStream>> Open() const { return tree_->Open(*entry_); }

 private:
  const FileTree* tree_;
  const FileEntry* entry_;
};

/// A folder of a tree with all that is below it. A view on the tree; cheap to copy.
class TreeView {
 public:
  explicit TreeView(const FileTree* tree) : tree_(tree), files_(tree->files()) {}

  /// All files below, sorted by path.
  std::size_t size() const { return files_.size(); }
  InputFile operator[](std::size_t index) const { return {tree_, &files_[index]}; }
  /// The path of a file below this folder.
  std::string_view RelativePath(std::size_t index) const;
  /// True if there is a file with this relative path.
  bool Contains(std::string_view relative_path) const;
  /// The folder that file `index` is in, if it is not this one: the part of its relative path before the first '/'.
  /// `*end` is set to the index after its last file.
  TreeView Subfolder(std::size_t index, std::size_t* end) const;

 private:
  const FileTree* tree_;
  std::span<const FileEntry> files_;
  std::size_t prefix_ = 0;  // bytes of each path that name this folder, '/' included
};

/// All regular files below `folder`; hidden folders are left out, links to folders not followed.
Result<std::unique_ptr<FileTree>> ListFolder(const std::filesystem::path& folder);
/// A tree of this one file; its folder is the one that it is in.
Result<std::unique_ptr<FileTree>> SingleFile(const std::filesystem::path& file);
/// The files in a zip archive. kCorruption: it cannot be read.
Result<std::unique_ptr<FileTree>> OpenZip(const std::filesystem::path& archive, const UnpackLimits& limits = {});

}  // namespace rookery::admin
