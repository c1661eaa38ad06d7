#include "tests/torture/script_examiner.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "base/macros.h"
#include "rookery/backup.h"
#include "rookery/store.h"
#include "tests/support/manual_clock.h"
#include "tests/torture/script_player.h"

namespace rookery::torture {
namespace {

using Kind = ScriptStep::Kind;

Status Violation(std::string what) { return {StatusCode::kCorruption, std::move(what)}; }

class Examiner {
 public:
  Examiner(const std::filesystem::path& directory, bool encrypted, const PossibleRows& rows)
      : places_(directory), encrypted_(encrypted), rows_(rows) {
    clock_->Advance(std::chrono::hours{1});
  }

  Status Run(bool prove) {
    const bool created = rows_.LastDone(Kind::kOpen).has_value();
    auto store = Open(Recovery::kTail);
    if (!store && !created && store.error().code() == StatusCode::kNotAStore) return {};
    if (!store) return std::move(store).error().WithContext("opening it afterwards");
    RK_TRY(CheckNothingLost(*store));
    RK_TRY(CheckRows(*store).WithContext("afterwards"));
    RK_TRY(EndReshard(&*store));
    RK_TRY(CheckSound(*store));
    RK_TRY(CheckBackups(&*store, prove));
    RK_TRY(Write(&*store));
    return CheckAgain();
  }

 private:
  Result<Store> Open(Recovery recovery) {
    StoreOptions options = FailingStoreOptions(encrypted_, clock_);
    options.mode = OpenMode::kOpen;
    options.recovery = recovery;
    return Store::Open(places_.store, options);
  }

  static Status CheckNothingLost(const Store& store) {
    RK_ASSIGN_OR_RETURN(const RecoveryReport report, store.LastRecovery());
    if (report.lost == 0 && report.lost_synced == 0 && !report.salvaged) return {};
    return Violation("it is said to have lost something: " + report.Summary());
  }

  Status CheckRows(const Store& store) {
    RK_ASSIGN_OR_RETURN(found_, ReadRows(store));
    std::string difference = rows_.Check(found_);
    return difference.empty() ? Status() : Violation(std::move(difference));
  }

  Status EndReshard(Store* store) const {
    RK_ASSIGN_OR_RETURN(std::optional<ReshardStatus> job, store->Reshard());
    if (job && job->paused) RK_TRY(store->ResumeReshard().WithContext("resuming the job"));
    RK_TRY(store->AwaitReshard(std::chrono::seconds{20}).WithContext("awaiting the job"));
    RK_ASSIGN_OR_RETURN(job, store->Reshard());
    if (job && job->paused) return Violation("the job is paused again: " + job->paused_reason);
    if (rows_.LastDone(Kind::kReshard) && !job) return Violation("a job was begun, and nobody knows of it");
    RK_ASSIGN_OR_RETURN(const ReshardProof proof, store->VerifyReshard());
    if (!proof.difference.empty()) return Violation("the two places of the job: " + proof.difference);
    RK_ASSIGN_OR_RETURN(const Rows now, ReadRows(*store));
    std::string difference = DifferenceBetween(found_, now);
    return difference.empty() ? Status() : Violation("after the job's end " + difference);
  }

  static Status CheckSound(const Store& store) {
    RK_ASSIGN_OR_RETURN(const VerifyReport report, store.Verify());
    if (report.ok()) return {};
    return Violation("it is not sound: " + report.problems[0].where + ": " + report.problems[0].what);
  }

  Status CheckBackups(Store* store, bool prove) const {
    if (!prove) return {};
    VerifyBackupOptions options;
    options.encryption = FailingStoreOptions(encrypted_, clock_).encryption;
    if (rows_.LastDone(Kind::kBackup)) {
      RK_TRY(VerifyBackup(places_.set, options).status().WithContext("proving a backup that was acknowledged"));
    }
    RK_TRY(store->CreateBackup(places_.set).status().WithContext("making another backup"));
    return VerifyBackup(places_.set, options).status().WithContext("proving another backup");
  }

  Status Write(Store* store) {
    for (const Durability durability : {Durability::kBuffered, Durability::kSync}) {
      RK_ASSIGN_OR_RETURN(
          const MessageId id,
          store->Post({.channel = "general", .author = "ada", .content = "afterwards"}, {.durability = durability}));
      found_[MessageRow("general", id)] = TextOf(1, "afterwards");
    }
    return store->Close().WithContext("closing it afterwards");
  }

  Status CheckAgain() {
    auto store = Open(Recovery::kStrict);
    if (!store) return std::move(store).error().WithContext("opening it strictly after it was closed");
    RK_TRY(CheckNothingLost(*store));
    RK_ASSIGN_OR_RETURN(const Rows rows, ReadRows(*store));
    std::string difference = DifferenceBetween(found_, rows);
    return difference.empty() ? Status() : Violation("after it was closed " + difference);
  }

  const RoundPlaces places_;
  const bool encrypted_;
  const PossibleRows& rows_;
  const std::shared_ptr<testing::ManualClock> clock_ = std::make_shared<testing::ManualClock>();
  Rows found_;
};

}  // namespace

std::string Examine(const std::filesystem::path& directory, bool encrypted, const PossibleRows& rows, bool prove) {
  const Status status = Examiner(directory, encrypted, rows).Run(prove);
  return status.ok() ? "" : status.ToString();
}

}  // namespace rookery::torture
