#include "tests/store/crash_doer.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>

#include "base/macros.h"
#include "rookery/backup.h"
#include "tests/store/any_reshard.h"

namespace rookery::testing {
namespace {

using Kind = CrashStep::Kind;

class JobLogger final : public Logger {
 public:
  void Log(LogLevel /*level*/, std::string_view component, std::string_view message) noexcept override {
    if (component == "reshard") SayLine("job " + std::string(message));
  }
};

}  // namespace

void SayLine(std::string line) {
  line += '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(1);
}

std::uint64_t BackupNumber(const std::string& name) { return std::strtoull(name.c_str(), nullptr, 10); }

CrashDoer::CrashDoer(std::filesystem::path path, std::filesystem::path backups, StoreOptions options)
    : path_(std::move(path)), backups_(std::move(backups)), options_(std::move(options)) {
  options_.logger = std::make_shared<JobLogger>();
}

Status CrashDoer::Open() {
  SayLine("opening");
  RK_ASSIGN_OR_RETURN(Store store, Store::Open(path_, options_));
  store_.emplace(std::move(store));
  return RemoveRules();
}

Status CrashDoer::RemoveRules() {
  RK_ASSIGN_OR_RETURN(std::vector<RetentionRule> rules, store_->Retention());
  for (RetentionRule& rule : rules) {
    rule.limits = {};
    RK_TRY(store_->SetRetention(rule));
  }
  return {};
}

Status CrashDoer::Reopen() {
  const std::unique_lock lock(open_);
  RK_TRY(store_->Close());
  return Open();
}

Result<CrashDoer::Outcome> CrashDoer::Do(const CrashStep& step) {
  if (step.kind == Kind::kReopen) {
    RK_TRY(Reopen());
    return Outcome{};
  }
  const std::shared_lock lock(open_);
  return DoInStore(step);
}

Result<CrashDoer::Outcome> CrashDoer::DoInStore(const CrashStep& step) {
  const Durability durability = step.sync ? Durability::kSync : Durability::kBuffered;
  if (step.kind == Kind::kPost) {
    RK_ASSIGN_OR_RETURN(std::vector<std::uint64_t> ids, Post(step, durability));
    return Outcome{.ids = std::move(ids)};
  }
  if (step.kind == Kind::kLoad) {
    RK_ASSIGN_OR_RETURN(const bool done, Load(step));
    return Outcome{.done = done};
  }
  if (step.kind == Kind::kBackup || step.kind == Kind::kPrune) {
    RK_ASSIGN_OR_RETURN(std::vector<std::uint64_t> numbers, step.kind == Kind::kBackup ? BackUp(step) : Prune(step));
    return Outcome{.ids = std::move(numbers)};
  }
  RK_TRY(Change(step, durability));
  return Outcome{};
}

Status CrashDoer::Change(const CrashStep& step, Durability durability) {
  const MessageId id{step.id};
  switch (step.kind) {
    case Kind::kPost:
    case Kind::kLoad:
    case Kind::kReopen:
    case Kind::kBackup:
    case Kind::kPrune:
      break;
    case Kind::kEdit: {
      const std::string content = step.ContentOf(0);
      return store_->Edit(step.channel, id, {.content = content}, {.durability = durability}).status();
    }
    case Kind::kDelete:
      return store_->Delete(step.channel, id, {.durability = durability}).status();
    case Kind::kKeep:
      return Keep(step);
    case Kind::kPut:
      return store_->Put(step.channel, step.Name(), step.token, {.durability = durability}).status();
    case Kind::kErase:
      return store_->DeleteRecord(step.channel, step.Name(), {.durability = durability}).status();
    case Kind::kAttach:
      return Attach(step, durability);
    case Kind::kDetach:
      return store_->DeleteAttachment(step.channel, id, step.Name(), {.durability = durability}).status();
    case Kind::kReshard:
      return Reshard(step);
    case Kind::kSync:
      return store_->Sync();
    case Kind::kCompact:
      return store_->Compact();
  }
  return {};
}

Result<std::vector<std::uint64_t>> CrashDoer::Post(const CrashStep& step, Durability durability) {
  const CrashPosts posts(step);
  std::vector<std::uint64_t> ids;
  if (step.count == 1) {
    RK_ASSIGN_OR_RETURN(const MessageId id, store_->Post(posts.views().front(), {.durability = durability}));
    ids.push_back(id.value);
    return ids;
  }
  RK_ASSIGN_OR_RETURN(const auto posted, store_->PostBatch(posts.views(), {.durability = durability}));
  for (const Posted& one : posted) ids.push_back(one.id.value);
  return ids;
}

/// False: a reshard job is under way, or a channel is spread.
Result<bool> CrashDoer::Load(const CrashStep& step) {
  auto loader = store_->BulkLoader({.progress = [](const BulkProgress& /*progress*/) {
    SayLine("phase");
    return true;
  }});
  if (loader.status().code() == StatusCode::kBusy) return false;
  RK_TRY(loader.status());
  const CrashPosts posts(step);
  const Status added = loader->Add(posts.views());
  if (added.code() == StatusCode::kUnsupported) return false;
  RK_TRY(added);
  RK_TRY(loader->Finish().status());
  return true;
}

Status CrashDoer::Keep(const CrashStep& step) {
  RetentionRule rule{.scope = RetentionScope::kChannel, .name = step.channel};
  if (step.count > 0) rule.limits.max_messages = step.count;
  if (step.count == 0) rule.limits.max_age = std::chrono::milliseconds{1};
  RK_TRY(store_->SetRetention(rule));
  SayLine("phase");
  RK_TRY(store_->RunRetention().status());
  SayLine("phase");
  rule.limits = {};
  return store_->SetRetention(rule);
}

Status CrashDoer::Attach(const CrashStep& step, Durability durability) {
  RK_ASSIGN_OR_RETURN(AttachmentWriter writer, store_->PutAttachment(step.channel, MessageId{step.id}, step.Name(),
                                                                     {.if_exists = IfExists::kReplace}));
  const std::string bytes = step.Bytes();
  constexpr std::size_t kPiece = 700'000;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    RK_TRY(writer.Append(std::string_view(bytes).substr(at, kPiece)));
    SayLine("phase");
  }
  return writer.Finish({.durability = durability}).status();
}

Result<std::vector<std::uint64_t>> CrashDoer::BackUp(const CrashStep& step) {
  BackupOptions options{.tables = step.count % 4 == 0 ? BackupTables::kLink : BackupTables::kCopy};
  options.progress = [](const BackupProgress& /*progress*/) {
    SayLine("phase");
    return true;
  };
  RK_ASSIGN_OR_RETURN(const BackupReport report, store_->CreateBackup(backups_, options));
  return std::vector{BackupNumber(report.backup.name)};
}

/// The numbers of those that are left.
Result<std::vector<std::uint64_t>> CrashDoer::Prune(const CrashStep& step) const {
  std::vector<std::uint64_t> numbers;
  auto report = PruneBackups(backups_, {.keep = step.count});
  if (report.status().code() == StatusCode::kNotFound) return numbers;  // there is no set yet
  RK_TRY(report.status());
  for (const std::string& name : report->kept) numbers.push_back(BackupNumber(name));
  return numbers;
}

Status CrashDoer::Reshard(const CrashStep& step) {
  constexpr std::chrono::minutes kPatience{1};
  RK_ASSIGN_OR_RETURN(const auto job, store_->Reshard());
  // One that was killed before it had copied anything goes back, and says so, also while it is paused on request.
  const bool failed =
      job && job->paused && !job->paused_reason.empty() && !job->paused_reason.starts_with("it was cut short");
  if (failed || (job && job->reads_differing > 0)) {
    return {StatusCode::kCorruption, "the reshard job failed: " + job->paused_reason};
  }
  Status status;
  if (!job || job->phase == ReshardPhase::kDone || job->phase == ReshardPhase::kReverted) {
    RK_ASSIGN_OR_RETURN(const StoreInfo info, store_->Info());
    const std::chrono::seconds keep{step.count % 5 < 2 ? 20 : 0};
    const ReshardRequest request = AnyReshardRequest(step.count / 8, step.channel, info.shards);
    status = store_->StartReshard(request, {.keep = keep, .share = 1}).status();
  } else if (job->paused) {
    status = store_->ResumeReshard();
  } else {
    const std::uint64_t order = step.count % 8;
    if (order == 0) status = store_->PauseReshard();
    if (order == 1 || order == 2) status = store_->RevertReshard();
    if (order > 4) status = store_->AwaitReshard(kPatience);
  }
  // The request does not fit the store, or the job has come to its end meanwhile.
  const bool late = status.code() == StatusCode::kInvalidArgument || status.code() == StatusCode::kNotFound;
  return late ? Status() : status;
}

}  // namespace rookery::testing
