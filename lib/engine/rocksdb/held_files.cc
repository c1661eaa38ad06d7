// The files of which a copy is the database. RocksDB deletes none of them meanwhile.
#include <rocksdb/metadata.h>
#include <rocksdb/options.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <utility>

#include "base/macros.h"
#include "crypto/file_header.h"
#include "engine/rocksdb/data_writer.h"
#include "engine/rocksdb/rocksdb_engine_impl.h"

namespace rookery::engine {
namespace {

/// While one lives, no file is deleted.
class RocksHeldFiles final : public HeldFiles {
 public:
  explicit RocksHeldFiles(rocksdb::DB* database) : database_(*database), held_(database_.DisableFileDeletions()) {}
  ~RocksHeldFiles() override {
    // Not by force: somebody else may hold files as well.
    if (held_.ok()) database_.EnableFileDeletions(/*force=*/false).PermitUncheckedError();
  }
  RocksHeldFiles(const RocksHeldFiles&) = delete;
  RocksHeldFiles& operator=(const RocksHeldFiles&) = delete;

  const rocksdb::Status& held() const { return held_; }
  void Add(HeldFile file) { files_.push_back(std::move(file)); }
  const std::vector<HeldFile>& files() const override { return files_; }

 private:
  rocksdb::DB& database_;
  const rocksdb::Status held_;
  std::vector<HeldFile> files_;
};

/// Of an encrypted database the file on disk: it has a header before what RocksDB knows of. What replaces one is
/// encrypted as that would have been.
Result<HeldFile> FromInfo(const rocksdb::LiveFileStorageInfo& info, const crypto::KeyRing* keys) {
  const std::filesystem::path path = std::filesystem::path(info.directory) / info.relative_filename;
  HeldFile file{.name = info.relative_filename,
                .path = path.string(),
                .size = info.size + (keys != nullptr ? crypto::kHeaderBytes : 0),
                .never_changes =
                    info.file_type == rocksdb::FileType::kTableFile || info.file_type == rocksdb::FileType::kBlobFile};
  if (!info.replacement_contents.empty()) {
    RK_ASSIGN_OR_RETURN(file.content, FileOf(info.replacement_contents, keys));
    file.size = file.content->size();
  }
  return file;
}

/// The newest log in the directory, which has nothing in it: RocksDB does not list such, and a database without any is
/// taken for one that has lost it.
HeldFile EmptyLog(const std::filesystem::path& directory) {
  std::string newest = "000001.log";
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (entry->path().extension() == ".log" && name > newest) newest = name;
  }
  return {.name = newest, .path = (directory / newest).string(), .content = ""};
}

}  // namespace

Result<std::unique_ptr<HeldFiles>> RocksDbEngine::HoldFiles() {
  RK_TRY(CheckWritable());
  auto held = std::make_unique<RocksHeldFiles>(database_.get());
  RK_TRY(Check(held->held(), "hold the files of"));
  rocksdb::LiveFilesStorageInfoOptions options;
  options.wal_size_for_flush = std::numeric_limits<std::uint64_t>::max();
  std::vector<rocksdb::LiveFileStorageInfo> files;
  RK_TRY(Check(database_->GetLiveFilesStorageInfo(options, &files), "list the files of"));
  for (const rocksdb::LiveFileStorageInfo& info : files) {
    const bool elsewhere = std::filesystem::path(info.directory).lexically_normal() !=
                           std::filesystem::path(directory_).lexically_normal();
    if (elsewhere && info.replacement_contents.empty()) {
      return Status(StatusCode::kUnsupported, "the engine of " + directory_ + " keeps files in " + info.directory +
                                                  " by an option of its own (TuningOptions::overrides); a backup needs "
                                                  "all in one directory");
    }
    RK_ASSIGN_OR_RETURN(HeldFile file, FromInfo(info, keys_.get()));
    // It may list a manifest that was replaced in that very moment.
    std::error_code gone;
    if (!file.content && !file.never_changes && !std::filesystem::exists(file.path, gone)) {
      return Status(StatusCode::kUnavailable, file.path + " was replaced while the files were listed; try again");
    }
    held->Add(std::move(file));
  }
  const auto is_log = [](const HeldFile& file) { return file.name.ends_with(".log"); };
  if (std::ranges::none_of(held->files(), is_log)) held->Add(EmptyLog(directory_));
  return std::unique_ptr<HeldFiles>(std::move(held));
}

}  // namespace rookery::engine
