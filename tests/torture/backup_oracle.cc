#include "tests/torture/backup_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "tests/store/crash_doer.h"

namespace rookery::torture {
namespace {

using testing::BackupNumber;
using testing::CrashDeed;
using testing::CrashMoment;
using testing::CrashState;
using testing::CrashStep;
using testing::Testament;
using Kind = CrashStep::Kind;

std::string Numbers(const std::set<std::uint64_t>& numbers) { return fmt::format("{}", fmt::join(numbers, " ")); }

/// What is wrong with a restored store.
std::string Look(const Store& store, const CrashMoment& moment) {
  const auto actual = testing::ReadState(store);
  if (!actual) return actual.error().ToString();
  if (std::string wrong = moment.DifferenceTo(*actual); !wrong.empty()) return wrong;
  if (std::string wrong = testing::UnsoundnessOf(store, *actual); !wrong.empty()) return wrong;
  const auto proof = store.VerifyReshard();
  return proof ? proof->difference : proof.error().ToString();
}

}  // namespace

std::string BackupOracle::Take(const Testament& testament, const std::vector<CrashMoment>& moments) {
  std::size_t next = 0;
  for (const CrashDeed& deed : testament.done) {
    if (deed.step.kind == Kind::kBackup) {
      const std::uint64_t number = testament.backups.at(next).number;
      if (!backups_.empty() && number <= backups_.begin()->first) return "a backup took a number that was taken";
      backups_.emplace(number, Backup{.moment = moments.at(next++)});
      ++made_;
    }
    if (deed.step.kind != Kind::kPrune) continue;
    if (std::string wrong = TakePrune(deed); !wrong.empty()) return wrong;
  }
  interrupted_ = false;
  const auto last = testament.in_flight.find(0);
  if (last == testament.in_flight.end()) return "";
  interrupted_ = last->second.kind == Kind::kBackup || last->second.kind == Kind::kPrune;
  if (last->second.kind == Kind::kBackup) {
    const std::uint64_t number = backups_.empty() ? 1 : backups_.begin()->first + 1;
    backups_.emplace(number, Backup{.moment = moments.at(next), .certain = false});
  }
  if (last->second.kind == Kind::kPrune) {
    const std::set<std::uint64_t> kept = KeptBy(last->second.count);
    for (auto& [number, backup] : backups_) backup.certain = kept.contains(number);
  }
  return "";
}

std::set<std::uint64_t> BackupOracle::KeptBy(std::uint64_t count) const {
  std::set<std::uint64_t> kept;
  bool wants_verified = true;
  for (const auto& [number, backup] : backups_) {
    const bool newest_verified = backup.verified && std::exchange(wants_verified, false);
    if (kept.size() < count || newest_verified) kept.insert(number);
  }
  return kept;
}

std::string BackupOracle::TakePrune(const CrashDeed& deed) {
  const std::set<std::uint64_t> kept(deed.ids->begin(), deed.ids->end());
  const std::set<std::uint64_t> right = KeptBy(deed.step.count);
  if (kept != right) {
    return fmt::format("pruned to {}: backups {} stay, not {}", deed.step.count, Numbers(kept), Numbers(right));
  }
  std::erase_if(backups_, [&](const auto& backup) { return !kept.contains(backup.first); });
  return "";
}

std::string BackupOracle::Check() {
  const auto listed = ListBackups(set_);
  // Nobody said yet that there is one.
  const bool none = std::none_of(backups_.begin(), backups_.end(), [](const auto& one) { return one.second.certain; });
  if (!listed && listed.error().code() == StatusCode::kNotFound && none) {
    backups_.clear();
    return "";
  }
  if (!listed) return "listing the backups: " + listed.error().ToString();
  names_.clear();
  for (const BackupInfo& info : *listed) {
    if (!info.damage.empty()) return "backup " + info.name + ": " + info.damage;
    const std::uint64_t number = BackupNumber(info.name);
    const auto backup = backups_.find(number);
    if (backup == backups_.end()) return "backup " + info.name + " is there, and nobody made it";
    names_.emplace(number, info.name);
    backup->second.certain = true;
    if (std::string wrong = Verify(info, &backup->second); !wrong.empty()) return wrong;
  }
  for (const auto& [number, backup] : backups_) {
    if (backup.certain && !names_.contains(number)) return fmt::format("backup {} is missing", number);
  }
  std::erase_if(backups_, [&](const auto& backup) { return !names_.contains(backup.first); });
  return "";
}

std::string BackupOracle::Verify(const BackupInfo& info, Backup* backup) const {
  if (info.verified_at.has_value() != backup->verified) return "backup " + info.name + " is not as verified as it was";
  if (backup->verified) return "";
  const auto proof = VerifyBackup(set_, {.backup = info.name});
  const bool empty = info.counts.messages == 0 && info.counts.records == 0;
  if (empty && proof.status().code() == StatusCode::kNotFound) return backup->moment.DifferenceTo({});
  if (!proof) return "verifying backup " + info.name + ": " + proof.error().ToString();
  backup->verified = true;
  return proof->opened && proof->backup.verified_at ? "" : "backup " + info.name + " was not proved";
}

std::string BackupOracle::BackUp(Store* store, const CrashState& now) {
  const auto report = store->CreateBackup(set_);
  if (!report) return "making a backup: " + report.error().ToString();
  backups_.emplace(BackupNumber(report->backup.name), Backup{.moment = CrashMoment(now, {})});
  ++made_;
  return Check();
}

std::string BackupOracle::Restore(std::uint64_t any, const std::filesystem::path& destination,
                                  const StoreOptions& options) {
  const std::uint64_t back = any % 2 == 0 ? 0 : any / 2 % backups_.size();
  const auto& [number, backup] = *std::next(backups_.begin(), static_cast<std::ptrdiff_t>(back));
  const std::string name = "backup " + names_.at(number) + ", restored: ";
  const auto report = RestoreBackup(set_, destination, {.backup = names_.at(number)});
  if (!report) return name + report.error().ToString();
  auto store = Store::Open(destination, options);
  if (!store) return name + store.error().ToString();
  if (std::string wrong = Look(*store, backup.moment); !wrong.empty()) return name + wrong;
  if (const Status closed = store->Close(); !closed.ok()) return name + closed.ToString();
  std::filesystem::remove_all(destination);
  ++restored_;
  return "";
}

}  // namespace rookery::torture
