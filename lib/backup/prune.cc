// Which backups there are, and which go.
#include <algorithm>
#include <set>
#include <utility>

#include "assembly/system_error.h"
#include "backup/set_directory.h"
#include "base/macros.h"
#include "base/system_clock.h"
#include "rookery/backup.h"

namespace rookery {
namespace {

using backup::Manifest;
using backup::SetDirectory;

bool HasCell(const Manifest& manifest, const std::string& name) {
  return std::ranges::any_of(manifest.cells, [&](const backup::ManifestCell& cell) { return cell.cell.name == name; });
}

/// The cells of the store as the newest backup knows them: also those that it had to leave out.
std::set<std::string> CellsOf(const Manifest& newest) {
  std::set<std::string> names(newest.left_out.begin(), newest.left_out.end());
  for (const backup::ManifestCell& cell : newest.cells) names.insert(cell.cell.name);
  return names;
}

/// The backups that stay.
std::set<std::string> Kept(const SetDirectory& set, const std::vector<backup::StoredManifest>& backups,
                           const PruneOptions& options, Timestamp now) {
  std::set<std::string> kept{backups.back().manifest.name};
  const auto keep_newest = [&](auto&& is_wanted) {
    const auto newest = std::find_if(backups.rbegin(), backups.rend(), is_wanted);
    if (newest != backups.rend()) kept.insert(newest->manifest.name);
  };
  for (const std::string& cell : CellsOf(backups.back().manifest)) {
    const auto has_cell = [&](const backup::StoredManifest& one) { return HasCell(one.manifest, cell); };
    keep_newest(has_cell);
    keep_newest([&](const backup::StoredManifest& one) {
      return has_cell(one) && set.VerifiedAt(one.manifest.name, one.checksum).has_value();
    });
  }
  for (std::size_t i = 0; i < backups.size(); ++i) {
    const Manifest& manifest = backups[i].manifest;
    const bool is_new = options.keep && backups.size() - i <= *options.keep;
    const bool is_young = options.keep_for && now - manifest.created_at <= *options.keep_for;
    if (is_new || is_young) kept.insert(manifest.name);
  }
  return kept;
}

/// What is not whole any more has no name of a backup.
Status RemoveBackup(const SetDirectory& set, const std::string& name) {
  const std::filesystem::path part = set.backups_path() / (name + ".part");
  std::error_code error;
  std::filesystem::rename(set.PathOf(name), part, error);
  if (error) return assembly::SystemError(error.value(), "cannot rename", set.PathOf(name));
  return backup::RemoveAll(part);
}

Status CheckRules(const PruneOptions& options) {
  constexpr std::chrono::hours kLongest{24 * 365 * 100};
  if (!options.keep && !options.keep_for) {
    return {StatusCode::kInvalidArgument, "there is no rule by which backups are kept; give `keep` or `keep_for`"};
  }
  if (options.keep == std::uint64_t{0}) {
    return {StatusCode::kInvalidArgument, "keep is 0; at least the newest backup stays, so give 1 or more"};
  }
  if (options.keep_for && (*options.keep_for < std::chrono::hours{0} || *options.keep_for > kLongest)) {
    return {StatusCode::kInvalidArgument, "keep_for must be between 0 hours and 100 years"};
  }
  return {};
}

}  // namespace

Result<std::vector<BackupInfo>> ListBackups(const std::filesystem::path& set) {
  RK_ASSIGN_OR_RETURN(const SetDirectory directory, SetDirectory::Open(set, SetDirectory::Access::kRead));
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, directory.Names());
  std::vector<BackupInfo> backups;
  for (const std::string& name : names) {
    const auto stored = directory.Read(name);
    if (!stored) {
      backups.push_back({.name = name, .damage = std::string(stored.error().message())});
      continue;
    }
    BackupInfo info = backup::InfoOf(stored->manifest);
    info.verified_at = directory.VerifiedAt(name, stored->checksum);
    backups.push_back(std::move(info));
  }
  return backups;
}

Result<PruneReport> PruneBackups(const std::filesystem::path& set, const PruneOptions& options) {
  RK_TRY(CheckRules(options));
  RK_ASSIGN_OR_RETURN(const SetDirectory directory, SetDirectory::Open(set, SetDirectory::Access::kChange));
  RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, directory.Names());
  PruneReport report;
  if (names.empty()) {
    RK_ASSIGN_OR_RETURN(report.unknown, directory.UnknownNames());
    return report;
  }
  std::vector<backup::StoredManifest> backups;
  for (const std::string& name : names) {
    RK_ASSIGN_OR_RETURN(backup::StoredManifest stored, directory.Read(name));
    backups.push_back(std::move(stored));
  }
  const Timestamp now = options.now == Timestamp{} ? base::NewSystemClock()->Now() : options.now;
  const std::set<std::string> kept = Kept(directory, backups, options, now);
  std::vector<Manifest> left;
  for (backup::StoredManifest& one : backups) {
    if (kept.contains(one.manifest.name)) {
      report.kept.push_back(one.manifest.name);
      left.push_back(std::move(one.manifest));
      continue;
    }
    report.removed.push_back(one.manifest.name);
    for (const backup::ManifestCell& cell : one.manifest.cells) {
      for (const backup::ManifestFile& file : cell.files) {
        if (file.shared) continue;
        ++report.files_removed;
        report.bytes_removed += file.size;
      }
    }
    if (!options.dry_run) RK_TRY(RemoveBackup(directory, one.manifest.name));
  }
  if (!options.dry_run) {
    // None may come back, after a crash, to a set that lacks its tables.
    RK_TRY(backup::SyncDirectory(directory.backups_path()));
    RK_TRY(directory.RemoveParts());
  }
  RK_ASSIGN_OR_RETURN(const SetDirectory::Removed unused, directory.RemoveUnused(left, options.dry_run));
  report.files_removed += unused.files;
  report.bytes_removed += unused.bytes;
  report.unknown = unused.because_of;
  return report;
}

}  // namespace rookery
