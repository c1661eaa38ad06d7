// A zip archive as a FileTree, by libzip. Entries are streamed; their names are checked and used as labels only.
#include <zip.h>

#include <algorithm>

#include "admin/import/file_tree.h"
#include "admin/import/unpack_budget.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

constexpr zip_int64_t kMaxEntries = 1'000'000;

std::string ErrorText(zip_error_t* error) { return zip_error_strerror(error); }

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

class ZipEntryStream final : public ByteStream {
 public:
  ZipEntryStream(zip_file_t* entry, const zip_stat_t& stat, UnpackBudget* budget)
      : entry_(entry), size_(stat.size), packed_size_(stat.comp_size), budget_(budget) {}

  Result<std::size_t> Read(char* to, std::size_t size) override {
    const zip_int64_t count = zip_fread(entry_.get(), to, size);
    if (count < 0) {
      return Status{StatusCode::kCorruption, "the archive is damaged: " + ErrorText(zip_file_get_error(entry_.get()))};
    }
    read_ += static_cast<std::uint64_t>(count);
    if (read_ > budget_->limits().max_entry_bytes) {
      return Status{StatusCode::kCorruption, "it unpacks to more than " +
                                                 std::to_string(budget_->limits().max_entry_bytes) +
                                                 " bytes; unpack the archive and import the folder"};
    }
    ADMIN_TRY(budget_->Take(static_cast<std::uint64_t>(count)));
    return static_cast<std::size_t>(count);
  }

  std::uint64_t packed_bytes() const override {
    if (size_ == 0) return 0;
    const double part = std::min(1.0, static_cast<double>(read_) / static_cast<double>(size_));
    return static_cast<std::uint64_t>(part * static_cast<double>(packed_size_));
  }

 private:
  std::unique_ptr<zip_file_t, CloseEntry> entry_;
  const std::uint64_t size_;
  const std::uint64_t packed_size_;
  UnpackBudget* budget_;
  std::uint64_t read_ = 0;
};

/// Why an entry's name is not to be trusted; empty if it is fine.
std::string_view NameProblem(std::string_view name) {
  if (name.empty()) return "the entry has no name";
  if (name.front() == '/' || name.front() == '\\') return "the entry's name is an absolute path";
  if (name.size() > 1 && name[1] == ':') return "the entry's name begins with a drive";
  for (std::string_view rest = name; !rest.empty();) {
    if (TakeUntil(&rest, '/') == "..") return "the entry's name leads out of the archive (\"..\")";
  }
  if (name.find("..\\") != std::string_view::npos) return "the entry's name leads out of the archive (\"..\")";
  return {};
}

class ZipTree final : public FileTree {
 public:
  ZipTree(std::filesystem::path path, zip_t* archive, std::uint64_t bytes, const UnpackLimits& limits)
      : path_(std::move(path)), archive_(archive), budget_(bytes, limits) {}

  Status List() {
    const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
    if (count > kMaxEntries) return Damaged("has more than " + std::to_string(kMaxEntries) + " entries");
    std::vector<FileEntry> files;
    std::vector<RefusedEntry> refused;
    for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
      zip_stat_t stat{};
      if (zip_stat_index(archive_.get(), index, 0, &stat) != 0)
        return Damaged(ErrorText(zip_get_error(archive_.get())));
      const std::string_view name = stat.name != nullptr ? stat.name : "";
      if (const std::string_view problem = NameProblem(name); !problem.empty()) {
        refused.push_back({path_.string() + ":" + std::string(name), std::string(problem) + "; it is left out"});
      } else if (name.back() != '/' && !IsNoise(name)) {
        files.push_back({std::string(name), stat.comp_size, index});
      }
    }
    SetListing(path_.stem().string(), std::move(files), std::move(refused));
    return {};
  }

  Result<std::unique_ptr<ByteStream>> Open(const FileEntry& entry) const override {
    zip_stat_t stat{};
    zip_file_t* file = zip_stat_index(archive_.get(), entry.index, 0, &stat) == 0
                           ? zip_fopen_index(archive_.get(), entry.index, 0)
                           : nullptr;
    if (file == nullptr) {
      return Status{StatusCode::kCorruption, "the entry cannot be opened: " + ErrorText(zip_get_error(archive_.get()))};
    }
    return MaybeGunzip(std::make_unique<ZipEntryStream>(file, stat, &budget_), stat.comp_size, budget_.limits());
  }
  std::string Label(const FileEntry& entry) const override { return path_.string() + ":" + entry.path; }
  bool may_hold_archives() const override { return false; }

 private:
  /// What Finder adds to archives.
  static bool IsNoise(std::string_view name) { return name.starts_with("__MACOSX/") || name.ends_with(".DS_Store"); }

  Status Damaged(const std::string& why) const {
    return {StatusCode::kCorruption, path_.string() + ": the archive cannot be read: " + why};
  }

  const std::filesystem::path path_;
  std::unique_ptr<zip_t, CloseArchive> archive_;
  mutable UnpackBudget budget_;  // shared by all entries: what one takes the others lack
};

}  // namespace

Result<std::unique_ptr<FileTree>> OpenZip(const std::filesystem::path& archive, const UnpackLimits& limits) {
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(archive, error);
  int code = 0;
  zip_t* const opened = zip_open(archive.c_str(), ZIP_RDONLY, &code);
  if (opened == nullptr) {
    zip_error_t reason;
    zip_error_init_with_code(&reason, code);
    Status status{StatusCode::kCorruption, archive.string() + ": the archive cannot be read: " + ErrorText(&reason)};
    zip_error_fini(&reason);
    return status;
  }
  auto tree = std::make_unique<ZipTree>(archive, opened, bytes, limits);
  ADMIN_TRY(tree->List());
  return std::unique_ptr<FileTree>(std::move(tree));
}

}  // namespace rookery::admin
