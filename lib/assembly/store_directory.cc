#include "assembly/store_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <sstream>

#include "assembly/checked_lines.h"
#include "assembly/replace_file.h"
#include "assembly/system_error.h"
#include "base/file_reader.h"
#include "base/macros.h"
#include "base/text.h"
#include "rookery/version.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEncryption = "aes-256-ctr";
constexpr std::size_t kMaxIdentityBytes = 4096;
constexpr mode_t kPrivate = 0700;

}  // namespace

std::string HintAtBackupSet(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path / kBackupSetFile, error)) return "";
  return path.string() +
         " is a backup set; \"rookery backup list\" shows what is in it, \"rookery backup verify\" proves it";
}

std::string NewStoreId() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", random());
    id += digits.data();
  }
  return id;
}

Result<StoreDirectory::Content> StoreDirectory::Look() const {
  std::error_code error;
  const fs::file_status status = fs::status(path_, error);
  if (status.type() == fs::file_type::not_found) return Content::kNothing;
  if (error) return SystemError(error.value(), "cannot look at", path_);
  if (status.type() != fs::file_type::directory) return Content::kOther;
  if (fs::exists(identity_path(), error)) return Content::kStore;
  if (error) return SystemError(error.value(), "cannot look at", identity_path());
  const std::array files{engine_path(),  DraftOf(identity_path()), stats_path(),  DraftOf(stats_path()),
                         witness_path(), DraftOf(witness_path()),  readers_path()};
  bool lock = false;
  bool begun = false;
  bool other = false;
  fs::directory_iterator entry(path_, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path name = entry->path().filename();
    const bool ours =
        std::any_of(files.begin(), files.end(), [&](const fs::path& file) { return name == file.filename(); });
    (name == lock_path().filename() ? lock : ours ? begun : other) = true;
  }
  if (error) return SystemError(error.value(), "cannot read", path_);
  if (other || (begun && !lock)) return Content::kOther;
  return begun ? Content::kBegun : lock ? Content::kLock : Content::kNothing;
}

Status StoreDirectory::Make(Made* made) const {
  made->directory = ::mkdir(path_.c_str(), kPrivate) == 0;
  if (made->directory || errno == EEXIST) return {};
  return SystemError(errno, "cannot create the directory", path_);
}

Status StoreDirectory::MakePrivate(Made* made) const {
  if (made->directory) return {};
  struct stat before {};
  if (::stat(path_.c_str(), &before) != 0) return SystemError(errno, "cannot look at", path_);
  if (::chmod(path_.c_str(), kPrivate) != 0) return SystemError(errno, "cannot set the mode of", path_);
  made->mode = before.st_mode & 07777U;
  return {};
}

Status StoreDirectory::SyncName() const {
  const fs::path full = path_.has_filename() ? path_ : path_.parent_path();  // without a slash at its end
  const fs::path above = full.has_parent_path() ? full.parent_path() : fs::path(".");
  Status status = SyncPath(above, O_RDONLY | O_DIRECTORY);
  return status.code() == StatusCode::kPermission ? Status{} : status;
}

void StoreDirectory::Unmake(const Made& made) const {
  std::error_code ignored;
  if (made.files) {
    // First what makes it a store: never an identity without its engine.
    fs::remove(identity_path(), ignored);
    fs::remove(DraftOf(identity_path()), ignored);
    fs::remove(witness_path(), ignored);
    fs::remove(DraftOf(witness_path()), ignored);
    fs::remove_all(engine_path(), ignored);
  }
  if (made.mode) static_cast<void>(::chmod(path_.c_str(), *made.mode));
  if (made.lock) fs::remove(lock_path(), ignored);
  if (made.directory) fs::remove(path_, ignored);  // fails, as it should, if anything else is in it
}

Status StoreDirectory::WriteIdentity(const Identity& identity) const {
  std::ostringstream text;
  text << kIdentityTitle << "\nformat " << identity.format << "\nstore " << identity.store_id << "\nepoch_ms "
       << identity.epoch.time_since_epoch().count() << "\ncreated_ms " << identity.created_at.time_since_epoch().count()
       << "\nmade_by " << (identity.made_by.empty() ? ROOKERY_VERSION_STRING : identity.made_by) << "\n";
  if (identity.cell) text << "cell " << identity.cell->name << "\ncell_of " << identity.cell->store_id << "\n";
  if (!identity.key_id.empty()) text << "encryption " << kEncryption << "\nkey " << identity.key_id << "\n";
  return ReplaceFile(identity_path(), WithChecksum(text.str()), FileSync::kYes);
}

Result<Identity> StoreDirectory::ReadIdentity() const {
  RK_ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(identity_path(), kMaxIdentityBytes));
  const auto lines = ParseCheckedLines(text, kIdentityTitle);
  Identity identity;
  if (!lines || !lines->Read("format", &identity.format)) {
    return Status(StatusCode::kCorruption,
                  identity_path().string() + " is not an identity file; restore it from a copy");
  }
  if (identity.format > kStoreFormat) {
    return Status(StatusCode::kFormatNewer, path_.string() + " has store format " + std::to_string(identity.format) +
                                                ", made by rookery " + lines->Read("made_by") + "; this is rookery " +
                                                ROOKERY_VERSION_STRING + ", which reads up to format " +
                                                std::to_string(kStoreFormat));
  }
  std::int64_t epoch = 0;
  std::int64_t created = 0;
  identity.store_id = lines->Read("store");
  constexpr std::size_t kIdLength = 32;
  constexpr std::int64_t kLastEpoch = std::int64_t{1} << 62;  // times are added to and subtracted from it
  if (!lines->whole || identity.store_id.size() != kIdLength || !lines->Read("epoch_ms", &epoch) ||
      epoch > kLastEpoch || epoch < -kLastEpoch || !lines->Read("created_ms", &created)) {
    return Status(StatusCode::kCorruption, identity_path().string() + " is damaged; restore it from a copy");
  }
  identity.epoch = Timestamp{std::chrono::milliseconds{epoch}};
  identity.created_at = Timestamp{std::chrono::milliseconds{created}};
  identity.made_by = lines->Read("made_by");
  identity.key_id = lines->Read("key");
  if (lines->fields.contains("encryption") && (lines->Read("encryption") != kEncryption || identity.key_id.empty())) {
    return Status(StatusCode::kFormatNewer, path_.string() + " is encrypted in a way that rookery " +
                                                ROOKERY_VERSION_STRING + " does not know; it was made by rookery " +
                                                identity.made_by);
  }
  if (lines->fields.contains("cell")) identity.cell = CellMark{lines->Read("cell"), lines->Read("cell_of")};
  return identity;
}

}  // namespace rookery::assembly
