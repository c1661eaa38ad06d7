// How a backup is made: the cut, then the files, then the counting of what the cut has, and last its name.
//
// Files that never change come into the set under names that have their checksums, so what a call that was cut short
// has copied is found by the next one. All else is in a directory that gets the backup's name when it is whole.
#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "assembly/store_state.h"
#include "assembly/system_error.h"
#include "backup/cut.h"
#include "backup/files.h"
#include "backup/manifest.h"
#include "backup/set_directory.h"
#include "backup/work.h"
#include "base/macros.h"
#include "codec/checksum.h"
#include "crypto/file_header.h"
#include "crypto/hex.h"
#include "rookery/version.h"
#include "store/reshard/comparison.h"

namespace rookery::backup {
namespace {

namespace fs = std::filesystem;

/// "20261123T165102Z".
std::string TimeName(Timestamp time) {
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return text.data();
}

std::string NameOf(std::uint64_t number, Timestamp time) {
  constexpr std::size_t kDigits = 6;
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return digits + "-" + TimeName(time);
}

/// The tables that the set has, by number and size: of those with the same, the checksum decides.
class KnownTables {
 public:
  /// `used`: by a whole backup of which nobody found that it cannot be proved.
  void Add(const std::string& name, bool used) { known_[StemOf(name)].insert_or_assign(name, used); }
  bool MayHave(const ManifestFile& file) const { return known_.contains(StemOf(SharedName(file))); }
  /// Absent: it has no such file. Else whether it is used so.
  std::optional<bool> Find(const std::string& name) const {
    const auto stem = known_.find(StemOf(name));
    if (stem == known_.end()) return std::nullopt;
    const auto file = stem->second.find(name);
    return file == stem->second.end() ? std::nullopt : std::optional(file->second);
  }

 private:
  static std::string StemOf(const std::string& name) { return name.substr(0, name.rfind('-')); }

  std::map<std::string, std::map<std::string, bool>> known_;
};

/// Of the key that the file needs, as EncryptionKey::id; nullopt: it is not encrypted.
std::optional<std::string> KeyIdOf(const engine::HeldFile& file) {
  const auto id = file.content ? crypto::KeyIdOf(*file.content) : crypto::ReadKeyId(file.path);
  return id ? std::optional(crypto::ToHex(*id)) : std::nullopt;
}

class Creator {
 public:
  Creator(const SetDirectory& set, const BackupOptions& options)
      : set_(set), options_(options), work_(options.max_bytes_per_second, options.progress) {}

  Result<BackupReport> Run(std::vector<CutCell> cut, std::vector<std::string> left_out) {
    manifest_.left_out = std::move(left_out);
    manifest_.store_id = set_.store_id();
    manifest_.made_by = LibraryVersion();
    manifest_.created_at = cut[0].impl->context().clock->Now();
    RK_TRY(Begin());
    RK_TRY(CopyAll(cut));
    // From here on the store may delete them.
    for (CutCell& cell : cut) cell.files.reset();
    RK_TRY(CountAll(cut));
    RK_TRY(Finish());
    report_.backup = InfoOf(manifest_);
    return std::move(report_);
  }

  /// Removes what is of this backup alone.
  void GiveUp() const { static_cast<void>(set_.RemoveParts()); }

 private:
  fs::path part() const { return set_.backups_path() / (manifest_.name + ".part"); }

  Status Begin() {
    RK_TRY(set_.RemoveParts());
    RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, set_.Names());
    const std::uint64_t number = names.empty() ? 1 : NumberOfBackup(names.back()) + 1;
    if (number > kMaxBackupNumber) {
      return {StatusCode::kUnsupported, set_.PathOf(names.back()).string() +
                                            " has the highest number that a backup can have, so none can follow it; "
                                            "move it away, or begin another set"};
    }
    manifest_.name = NameOf(number, manifest_.created_at);
    std::set<std::string> used;
    std::set<std::string> doubted;  // by whoever has tried to prove it
    for (const std::string& name : names) {
      // One that is damaged has the files that it shares copied once more, if they are in the store.
      const auto stored = set_.Read(name);
      if (!stored) continue;
      for (const ManifestCell& cell : stored->manifest.cells) {
        for (const ManifestFile& file : cell.files) {
          if (file.shared) (set_.HasFailed(name) ? doubted : used).insert(SharedName(file));
        }
      }
    }
    for (const std::string& name : doubted) used.erase(name);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(set_.files_path(), error)) {
      const std::string name = entry.path().filename().string();
      if (IsSharedName(name)) known_.Add(name, used.contains(name));
    }
    if (error) return assembly::SystemError(error.value(), "cannot read", set_.files_path());
    return MakeDirectory(part());
  }

  Status CheckRoom(const std::vector<CutCell>& cut) const {
    std::uint64_t needed = 0;
    for (const CutCell& cell : cut) {
      for (const engine::HeldFile& file : cell.files->files()) {
        if (!file.never_changes || !known_.MayHave({.name = file.name, .size = file.size, .checksum = {}})) {
          needed += file.size;
        }
      }
    }
    std::error_code error;
    const fs::space_info space = fs::space(set_.path(), error);
    if (error || needed <= space.available || options_.tables == BackupTables::kLink) return {};
    return {StatusCode::kNoSpace, "the backup needs " + std::to_string(needed) + " bytes, and the disk of " +
                                      set_.path().string() + " has " + std::to_string(space.available) +
                                      " left; make room, or prune the set"};
  }

  Status CopyAll(const std::vector<CutCell>& cut) {
    RK_TRY(CheckRoom(cut));
    std::uint64_t total = 0;
    for (const CutCell& cell : cut) {
      for (const engine::HeldFile& file : cell.files->files()) total += file.size;
    }
    work_.Begin("copy", total);
    for (const CutCell& cell : cut) {
      ManifestCell& to = manifest_.cells.emplace_back();
      to.cell.name = cell.name;
      to.cell.store_id = cell.impl->info().store_id;
      to.cell.epoch = cell.router->map().epoch;
      to.cell.position = cell.position;
      const fs::path directory = part() / cell.name;
      RK_TRY(MakeDirectory(directory));
      for (const engine::HeldFile& file : cell.files->files()) {
        RK_ASSIGN_OR_RETURN(ManifestFile kept, file.never_changes ? KeepTable(file) : CopyOwn(file, directory));
        to.files.push_back(std::move(kept));
        if (auto id = KeyIdOf(file)) to.key_ids.insert(*std::move(id));
      }
      RK_ASSIGN_OR_RETURN(ManifestFile identity, CopyIdentity(cell.directory, directory));
      to.files.push_back(std::move(identity));
      RK_TRY(SyncDirectory(directory));
    }
    return SyncDirectory(set_.files_path());
  }

  Result<ManifestFile> CopyOwn(const engine::HeldFile& from, const fs::path& directory) {
    ManifestFile file{.name = from.name, .size = from.size, .checksum = {}};
    const fs::path target = directory / file.name;
    if (from.content) {
      RK_TRY(WriteNew(target, *from.content));
      file.size = from.content->size();
      file.checksum = codec::ChecksumOf(*from.content);
    } else {
      RK_ASSIGN_OR_RETURN(file.checksum, CopyBytes(from.path, from.size, target, &work_));
    }
    Copied(file);
    return file;
  }

  Result<ManifestFile> CopyIdentity(const fs::path& store, const fs::path& directory) {
    constexpr std::size_t kMaxBytes = 4096;
    const std::string name(kIdentityFile);
    RK_ASSIGN_OR_RETURN(const std::string text, ReadSmall(store / name, kMaxBytes));
    RK_TRY(WriteNew(directory / name, text));
    ManifestFile file{.name = name, .size = text.size(), .checksum = codec::ChecksumOf(text)};
    Copied(file);
    return file;
  }

  void Copied(const ManifestFile& file) {
    ++report_.files_copied;
    report_.bytes_copied += file.size;
  }

  Result<ManifestFile> KeepTable(const engine::HeldFile& from) {
    ManifestFile file{.name = from.name, .size = from.size, .checksum = {}, .shared = true};
    const bool link = options_.tables == BackupTables::kLink;
    if (known_.MayHave(file) || link) {
      RK_ASSIGN_OR_RETURN(file.checksum, SumOf(from.path, from.size, &work_));
      RK_ASSIGN_OR_RETURN(const bool kept, IsKept(file));
      if (kept) {
        ++report_.files_shared;
        return file;
      }
    }
    const fs::path draft = set_.files_path() / (from.name + ".part");
    RK_TRY(RemoveAll(draft));
    bool linked = false;
    if (link) {
      RK_ASSIGN_OR_RETURN(linked, Link(from.path, draft));
    }
    if (!linked) {
      RK_ASSIGN_OR_RETURN(file.checksum, CopyBytes(from.path, from.size, draft, &work_));
    }
    std::error_code error;
    const fs::path target = set_.files_path() / SharedName(file);
    fs::rename(draft, target, error);
    if (error) return assembly::SystemError(error.value(), "cannot rename", draft);
    known_.Add(SharedName(file), /*used=*/true);
    Copied(file);
    return file;
  }

  /// Whether the set has it. What no backup uses was perhaps not written whole, and what one uses that could not be
  /// proved is perhaps what is damaged in it.
  Result<bool> IsKept(const ManifestFile& file) {
    const std::optional<bool> used = known_.Find(SharedName(file));
    if (!used) return false;
    const fs::path path = set_.files_path() / SharedName(file);
    std::error_code error;
    const bool has_size =
        fs::is_regular_file(fs::symlink_status(path, error)) && fs::file_size(path, error) == file.size && !error;
    if (!has_size) return false;
    if (*used) return true;
    Work quiet(options_.max_bytes_per_second, options_.progress);
    const Status whole = CheckFile(path, {file.size, file.checksum}, &quiet);
    if (whole.code() == StatusCode::kInterrupted) return whole;
    if (!whole.ok()) return false;
    known_.Add(SharedName(file), /*used=*/true);
    return true;
  }

  Status CountAll(const std::vector<CutCell>& cut) {
    std::uint64_t total = 0;
    for (const CutCell& cell : cut) {
      for (const engine::KeyspaceId keyspace : cell.impl->context().routes.keyspaces()) {
        total += cell.impl->context().engine->SizeOf(keyspace).disk_bytes;
      }
    }
    work_.Begin("count", total);
    for (std::size_t i = 0; i < cut.size(); ++i) {
      Status stopped;
      const store::RowStep step = [&](std::size_t bytes) { return (stopped = CountBytes(bytes)).ok(); };
      const auto contents = store::CountShards(cut[i].impl->context(), *cut[i].snapshot, *cut[i].router, step);
      RK_TRY(stopped);
      if (!contents) return contents.error();
      for (const store::ShardContent& content : *contents) {
        manifest_.cells[i].cell.shards.push_back(
            {.counts = {.messages = content.messages, .records = content.records, .attachments = content.attachments},
             .print = content.print});
      }
    }
    return {};
  }

  /// The clock is not asked for every row.
  Status CountBytes(std::size_t bytes) {
    constexpr std::uint64_t kStep = std::uint64_t{64} << 10;
    counted_ += bytes;
    if (counted_ < kStep) return {};
    return work_.Did(std::exchange(counted_, 0));
  }

  Status Finish() {
    RK_TRY(WriteNew(part() / "manifest", EncodeManifest(manifest_)));
    RK_TRY(SyncDirectory(part()));
    std::error_code error;
    fs::rename(part(), set_.PathOf(manifest_.name), error);
    if (error) return assembly::SystemError(error.value(), "cannot rename", part());
    RK_TRY(SyncDirectory(set_.backups_path()));
    // What calls that were cut short have copied, and nobody needs. With a backup that cannot be understood nobody
    // knows.
    const auto all = set_.ReadAll();
    return all ? set_.RemoveUnused(*all, /*dry_run=*/false).status() : Status();
  }

  const SetDirectory& set_;
  const BackupOptions& options_;
  Work work_;
  Manifest manifest_;
  BackupReport report_;
  KnownTables known_;
  std::uint64_t counted_ = 0;  // bytes that work_ was not told of
};

}  // namespace
}  // namespace rookery::backup

namespace rookery {

Result<BackupReport> Store::CreateBackup(const std::filesystem::path& set, const BackupOptions& options) {
  if (!state_ || state_->impl->closed()) return Status(StatusCode::kClosed, "the store is closed; open it again");
  store::StoreImpl& main = *state_->impl;
  if (main.context().read_only) {
    return Status(StatusCode::kPermission,
                  "the store was opened read-only; a backup needs one that is open for writing");
  }
  if (!main.context().engine->capabilities().durable) {
    return Status(StatusCode::kUnsupported, "a memory store keeps nothing in files, so there is nothing to back up");
  }
  RK_ASSIGN_OR_RETURN(const backup::SetDirectory directory,
                      backup::SetDirectory::OpenOrMake(set, main.info().store_id));
  Result<BackupReport> report = Status(StatusCode::kUnavailable, "no backup was made");
  std::vector<std::string> left_out;
  RK_TRY(backup::WithCut(*state_->cells, options.missing_cells, &left_out, [&](std::vector<backup::CutCell> cut) {
    backup::Creator creator(directory, options);
    report = creator.Run(std::move(cut), left_out);
    if (!report) creator.GiveUp();
    return Status();
  }));
  if (!report && report.error().code() == StatusCode::kInterrupted) {
    return Status(StatusCode::kInterrupted, "stopped before the end; the next call goes on with what was copied");
  }
  return report;
}

}  // namespace rookery
