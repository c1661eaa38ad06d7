#include "assembly/scratch_engine.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "assembly/replace_file.h"
#include "assembly/system_error.h"
#include "base/macros.h"
#include "engine/rocksdb/data_writer.h"
#include "engine/rocksdb/log_survey.h"
#include "engine/rocksdb/manifest_edit.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

Status Link(const fs::path& to, const fs::path& link) {
  std::error_code error;
  fs::create_symlink(fs::absolute(to), link, error);
  return error ? SystemError(error.value(), "cannot link", link) : Status{};
}

}  // namespace

Result<ScratchEngine> ScratchEngine::Make(const fs::path& directory, const fs::path& engine) {
  if (::mkdir(directory.c_str(), 0700) != 0) {
    if (errno != EEXIST) return SystemError(errno, "cannot create the directory", directory);
    return Status(StatusCode::kAlreadyExists,
                  directory.string() + " is in the way, perhaps left by a process that was killed; remove it");
  }
  ScratchEngine scratch(directory);
  std::error_code error;
  for (fs::directory_iterator entry(engine, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    std::error_code ignored;
    const bool table = extension == ".sst" || extension == ".blob";
    // Who opens a pipe may wait for ever.
    if (!table || !entry->is_regular_file(ignored)) continue;
    RK_TRY(Link(entry->path(), directory / entry->path().filename()));
  }
  if (error) return SystemError(error.value(), "cannot read", engine);
  return scratch;
}

ScratchEngine::~ScratchEngine() {
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

Status ScratchEngine::UseManifest(const fs::path& from, const std::string& manifest, const crypto::KeyRing* keys,
                                  std::span<const engine::ListedFile> without) const {
  RK_TRY(engine::CopyManifest(from / manifest, directory_ / manifest, without, keys));
  RK_ASSIGN_OR_RETURN(const std::string current, engine::FileOf(manifest + "\n", keys));
  return ReplaceFile(directory_ / "CURRENT", current, FileSync::kNo);
}

Status ScratchEngine::LinkLogs(const fs::path& engine) const {
  for (const std::string& name : engine::LogNamesIn(engine)) {
    std::error_code error;
    if (fs::is_regular_file(engine / name, error)) RK_TRY(Link(engine / name, directory_ / name));
  }
  return {};
}

}  // namespace rookery::assembly
