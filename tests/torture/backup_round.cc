#include "tests/torture/backup_round.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "rookery/backup.h"
#include "tests/support/manual_clock.h"
#include "tests/torture/mutation.h"

namespace rookery::torture {
namespace {

namespace fs = std::filesystem;

/// Where a store that was restored differs from what it must hold; empty: nowhere.
std::string DifferenceIn(const fs::path& path, const Rows& rows) {
  StoreOptions options = SmallStore(std::make_shared<testing::ManualClock>());
  options.mode = OpenMode::kOpen;
  const auto store = Store::Open(path, options);
  if (!store) return "it is not opened: " + store.status().ToString();
  const auto found = ReadRows(*store);
  return found ? DifferenceBetween(rows, *found) : "it cannot be read: " + found.status().ToString();
}

}  // namespace

BackupRound::BackupRound(std::uint64_t seed, const SourceBackups& source, fs::path directory)
    : dice_(seed), source_(source), directory_(std::move(directory)), set_(directory_ / "set") {
  fs::remove_all(set_);
  fs::copy(source_.set, set_, fs::copy_options::recursive);
}

std::string BackupRound::Damage() { return MutateAny(set_, &dice_); }

std::string BackupRound::Look(bool* refused) {
  const auto listed = ListBackups(set_);
  *refused = !listed;
  for (const SourceBackups::Backup& backup : source_.backups) {
    const auto has_name = [&](const BackupInfo& info) { return info.name == backup.name; };
    if (listed && std::none_of(listed->begin(), listed->end(), has_name)) return backup.name + " is not listed";
    std::string violation = LookAt(backup, refused);
    if (!violation.empty()) return backup.name + ": " + violation;
  }
  return "";
}

std::string BackupRound::LookAt(const SourceBackups::Backup& backup, bool* refused) const {
  const auto proof = VerifyBackup(set_, {.backup = backup.name});
  if (proof && !proof->opened) return "it is said to be right, and was not opened";
  if (!proof) *refused = true;
  const fs::path restored = directory_ / "restored";
  fs::remove_all(restored);
  const auto report = RestoreBackup(set_, restored, {.backup = backup.name});
  if (proof && !report) return "it is verified, and yet not restored: " + report.status().ToString();
  if (report) {
    std::string difference = DifferenceIn(restored, backup.rows);
    if (!difference.empty()) return "what is restored is wrong: " + difference;
  } else if (fs::exists(restored) && !fs::is_empty(restored)) {
    return "it is not restored (" + report.status().ToString() + "), and yet something is left of it";
  }
  return "";
}

}  // namespace rookery::torture
