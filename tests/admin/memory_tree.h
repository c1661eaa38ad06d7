// Files in memory as a FileTree, for tests that need no disk.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "admin/import/file_tree.h"
#include "tests/admin/memory_stream.h"

namespace rookery::admin {

class MemoryTree final : public FileTree {
 public:
  using Files = std::vector<std::pair<std::string, std::string>>;  // path, bytes

  /// Streams hand out `piece` bytes at a time.
  MemoryTree(std::string name, Files files, std::size_t piece) : files_(std::move(files)), piece_(piece) {
    std::vector<FileEntry> entries;
    for (std::size_t i = 0; i < files_.size(); ++i) entries.push_back({files_[i].first, files_[i].second.size(), i});
    SetListing(std::move(name), std::move(entries));
  }

  Result<std::unique_ptr<ByteStream>> Open(const FileEntry& entry) const override {
    return MaybeGunzip(std::make_unique<MemoryStream>(files_[entry.index].second, piece_), entry.bytes);
  }
  std::string Label(const FileEntry& entry) const override { return entry.path; }
  bool may_hold_archives() const override { return false; }

 private:
  const Files files_;
  const std::size_t piece_;
};

}  // namespace rookery::admin
