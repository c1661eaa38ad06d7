// Files of stores, of backup sets and of checkpoints: read once, from the beginning, and written durably if that is
// wanted. None is ever a link.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "assembly/replace_file.h"
#include "backup/work.h"
#include "rookery/attachment.h"
#include "rookery/status.h"

namespace rookery::backup {

/// What a file is copied from, or compared with.
struct FileContent {
  std::uint64_t size = 0;
  Checksum128 checksum;
  friend bool operator==(const FileContent&, const FileContent&) = default;
};

/// The first `size` bytes of a file. kCorruption: it is missing, shorter, a link or not a file.
Result<Checksum128> SumOf(const std::filesystem::path& path, std::uint64_t size, Work* work);
/// The same while they are written, with mode 0600, to `target`, which must not exist.
Result<Checksum128> CopyBytes(const std::filesystem::path& path, std::uint64_t size,
                              const std::filesystem::path& target, Work* work,
                              assembly::FileSync sync = assembly::FileSync::kYes);
/// kCorruption: it is missing, a link or not a file, or larger than `max_bytes`.
Result<std::string> ReadSmall(const std::filesystem::path& path, std::size_t max_bytes);
/// With mode 0600. `path` must not exist.
Status WriteNew(const std::filesystem::path& path, std::string_view bytes,
                assembly::FileSync sync = assembly::FileSync::kYes);

/// kCorruption unless the file has exactly this content.
Status CheckFile(const std::filesystem::path& path, const FileContent& content, Work* work);
/// The same while it is copied.
Status CopyChecked(const std::filesystem::path& path, const FileContent& content, const std::filesystem::path& target,
                   Work* work);
/// False: the file system cannot.
Result<bool> Link(const std::filesystem::path& path, const std::filesystem::path& target);

/// kCorruption: it is missing, or not a directory, or a link to one.
Status CheckIsDirectory(const std::filesystem::path& path);
/// The names in a directory, sorted. Errors of CheckIsDirectory.
Result<std::vector<std::string>> NamesIn(const std::filesystem::path& path);
/// With mode 0700. kAlreadyExists.
Status MakeDirectory(const std::filesystem::path& path);
/// Makes the names in it durable.
Status SyncDirectory(const std::filesystem::path& path);
Status RemoveAll(const std::filesystem::path& path);

}  // namespace rookery::backup
