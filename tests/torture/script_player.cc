#include "tests/torture/script_player.h"

#include <unistd.h>

#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "base/macros.h"

namespace rookery::torture {
namespace {

using Kind = ScriptStep::Kind;

constexpr unsigned kPatience = 60;  // seconds, for a step
constexpr std::chrono::seconds kJobPatience{20};

WriteOptions OptionsOf(const ScriptStep& step) {
  return {.durability = step.sync ? Durability::kSync : Durability::kBuffered};
}

}  // namespace

StoreOptions FailingStoreOptions(bool encrypted, std::shared_ptr<const Clock> clock) {
  StoreOptions options;
  options.routing = std::nullopt;
  options.tuning.block_cache_bytes = std::size_t{1} << 20;
  options.tuning.write_buffer_bytes = std::size_t{2} << 20;
  options.tuning.blob_threshold_bytes = 4096;
  // Logs are changed and memory is flushed all the time, and no table is found in memory that was closed.
  options.tuning.overrides = {{"max_total_wal_size", "8000"},
                              {"write_buffer_size", "65536"},
                              {"max_open_files", "24"},
                              {"max_file_opening_threads", "1"}};
  options.cache.capacity = std::size_t{1} << 20;
  options.stats_interval = std::chrono::milliseconds{0};
  options.retention_interval = std::chrono::milliseconds{0};
  options.bucket_width = std::chrono::minutes{1};
  options.write_timeout = std::chrono::seconds{10};
  options.clock = std::move(clock);
  if (encrypted) options.encryption = {.keys = {*EncryptionKey::Parse(std::string(64, 'a'))}};
  return options;
}

ScriptPlayer::ScriptPlayer(const CallScript& script, const std::filesystem::path& directory, bool encrypted,
                           const Fault& fault, const FailingDisk& disk, Tell tell)
    : script_(script),
      places_(directory),
      encrypted_(encrypted),
      fault_(fault),
      disk_(disk),
      tell_(std::move(tell)),
      rows_(script) {}

void ScriptPlayer::Play() {
  for (std::size_t step = 0; step < script_.size(); ++step) {
    ::alarm(kPatience);
    clock_->Advance(std::chrono::seconds{5});
    StepOutcome outcome{.kind = StepOutcome::Kind::kBegun, .step = step};
    End(outcome, StepOutcome::Kind::kBegun);
    const std::optional<Status> status = Do(step, &outcome);
    if (!status) {
      End(outcome, StepOutcome::Kind::kSkipped);
      continue;
    }
    if (status->ok()) {
      End(outcome, StepOutcome::Kind::kDone);
      continue;
    }
    const bool refused = status->code() == StatusCode::kBusy || status->code() == StatusCode::kUnavailable;
    End(outcome, refused ? StepOutcome::Kind::kRefused : StepOutcome::Kind::kFailed);
    CheckError(WordsFor(script_[step]), *status);
    if (!GoOnAfter(script_[step], *status)) break;
    has_failed_ = true;
  }
  ::alarm(kPatience);
  store_.reset();
  ::alarm(0);
}

void ScriptPlayer::End(StepOutcome outcome, StepOutcome::Kind kind) {
  outcome.kind = kind;
  tell_(outcome.ToLine());
  rows_.Take(outcome);
}

std::optional<Status> ScriptPlayer::Do(std::size_t number, StepOutcome* outcome) {
  const ScriptStep& step = script_[number];
  if (step.kind == Kind::kOpen) return Open();
  if (!store_) return std::nullopt;
  switch (step.kind) {
    case Kind::kPost: {
      const auto id = store_->Post({.channel = step.channel, .author = "ada", .content = ContentOf(script_, number, 0)},
                                   OptionsOf(step));
      if (id) outcome->answers = {id->value};
      return id.status();
    }
    case Kind::kBatch:
      return PostBatch(number, outcome);
    case Kind::kPut: {
      const auto version = store_->Put(step.channel, step.name, ContentOf(script_, number, 0),
                                       {.durability = OptionsOf(step).durability});
      if (version) outcome->answers = {version->value};
      return version.status();
    }
    case Kind::kDeleteRecord:
      return store_->DeleteRecord(step.channel, step.name, {.durability = OptionsOf(step).durability}).status();
    case Kind::kSync:
      return store_->Sync();
    case Kind::kCompact:
      return store_->Compact();
    case Kind::kReshard:
      return store_->StartReshard(ResizeShards{static_cast<std::uint32_t>(step.count)}, {.share = 1}).status();
    case Kind::kAwaitReshard:
      return AwaitReshard();
    case Kind::kKeep:
      return store_->SetRetention(
          {.scope = RetentionScope::kChannel, .name = step.channel, .limits = {.max_messages = step.count}});
    case Kind::kTrim:
      if (!rows_.LastDone(Kind::kKeep)) return std::nullopt;
      return store_->RunRetention().status();
    case Kind::kLoad:
      return Load(number);
    case Kind::kBackup:
      return store_->CreateBackup(places_.set).status();
    case Kind::kProve: {
      if (!rows_.LastDone(Kind::kBackup)) return std::nullopt;
      VerifyBackupOptions options;
      options.encryption = FailingStoreOptions(encrypted_, clock_).encryption;
      return VerifyBackup(places_.set, options).status();
    }
    case Kind::kClose:
      return Close();
    default:
      return DoToMessage(number, outcome);
  }
}

std::optional<Status> ScriptPlayer::DoToMessage(std::size_t number, StepOutcome* outcome) {
  const ScriptStep& step = script_[number];
  const std::string& channel = script_[step.target].channel;
  const std::optional<MessageId> id = rows_.IdOf(step.target);
  if (!id) return std::nullopt;
  switch (step.kind) {
    case Kind::kEdit: {
      const std::string content = ContentOf(script_, number, 0);
      const auto version = store_->Edit(channel, *id, {.content = content}, OptionsOf(step));
      if (version) outcome->answers = {version->value};
      return version.status();
    }
    case Kind::kDelete:
      return store_->Delete(channel, *id, {.durability = OptionsOf(step).durability}).status();
    case Kind::kAttach:
      return Attach(number, *id);
    default:
      return store_->DeleteAttachment(channel, *id, step.name, OptionsOf(step)).status();
  }
}

Status ScriptPlayer::Open() {
  StoreOptions options = FailingStoreOptions(encrypted_, clock_);
  const bool created = rows_.LastDone(Kind::kOpen).has_value();
  if (!created) options.routing = HashRouting{.shards = 2};
  if (created) options.mode = OpenMode::kOpen;
  auto opened = Store::Open(places_.store, options);
  if (opened) store_ = *std::move(opened);
  return opened.status();
}

Status ScriptPlayer::Close() {
  Status closed = store_->Close();
  store_.reset();
  return closed;
}

Status ScriptPlayer::PostBatch(std::size_t number, StepOutcome* outcome) {
  const ScriptStep& step = script_[number];
  std::vector<std::string> contents;
  for (std::size_t i = 0; i < step.count; ++i) contents.push_back(ContentOf(script_, number, i));
  std::vector<NewMessage> messages;
  for (const std::string& content : contents) {
    messages.push_back({.channel = step.channel, .author = "bob", .content = content});
  }
  const auto posted = store_->PostBatch(messages, {.durability = OptionsOf(step).durability});
  if (!posted) return posted.error();
  for (const Posted& one : *posted) outcome->answers.push_back(one.id.value);
  return {};
}

Status ScriptPlayer::Attach(std::size_t number, MessageId id) {
  const ScriptStep& step = script_[number];
  RK_ASSIGN_OR_RETURN(AttachmentWriter upload, store_->PutAttachment(script_[step.target].channel, id, step.name,
                                                                     {.if_exists = IfExists::kReplace}));
  RK_TRY(upload.Append(ContentOf(script_, number, 0)));
  return upload.Finish(OptionsOf(step)).status();
}

Status ScriptPlayer::AwaitReshard() {
  RK_TRY(store_->AwaitReshard(kJobPatience));
  RK_ASSIGN_OR_RETURN(const std::optional<ReshardStatus> job, store_->Reshard());
  if (!job || !job->paused) return {};
  return {StatusCode::kUnavailable, "the job is paused: " + job->paused_reason};
}

Status ScriptPlayer::ResumeReshard() {
  RK_ASSIGN_OR_RETURN(const std::optional<ReshardStatus> job, store_->Reshard());
  if (job && job->paused) RK_TRY(store_->ResumeReshard());
  return AwaitReshard();
}

Status ScriptPlayer::Load(std::size_t number) {
  const ScriptStep& step = script_[number];
  RK_ASSIGN_OR_RETURN(BulkLoader loader, store_->BulkLoader());
  for (std::size_t i = 0; i < step.count; ++i) {
    RK_TRY(loader.Add({.channel = step.channel, .author = "eve", .content = ContentOf(script_, number, i)}));
  }
  return loader.Finish().status();
}

bool ScriptPlayer::GoOnAfter(const ScriptStep& step, const Status& failure) {
  const auto try_again = [&](const std::string& what, const Status& status) {
    if (status.ok()) return true;
    CheckError(what, status);
    if (!fault_.for_good) Wrong(what + " does not succeed again after " + failure.ToString());
    return false;
  };
  if (step.kind == Kind::kClose) return true;  // the next step opens it
  if (step.kind == Kind::kOpen) {
    if (!try_again("opening it once more", Open())) return false;
    End({.step = static_cast<std::size_t>(&step - script_.data())}, StepOutcome::Kind::kDone);
    return true;
  }
  const auto stats = store_->Stats();
  CheckReads();
  const bool takes_writes = stats && stats->unavailable_reason.empty();
  if (takes_writes && failure.code() != StatusCode::kUnavailable) {
    return step.kind != Kind::kAwaitReshard || try_again("awaiting the job once more", ResumeReshard());
  }
  if (!takes_writes) CheckRefusal();
  const Status closed = Close();
  if (!closed.ok()) CheckError("closing a store that refuses writes", closed);
  if (!try_again("opening it after a failure", Open())) return false;
  return step.kind != Kind::kAwaitReshard || try_again("awaiting the job after a failure", ResumeReshard());
}

void ScriptPlayer::CheckRefusal() {
  const auto probe = store_->Post({.channel = "general", .author = "ada", .content = "#probe"});
  if (!probe) return CheckError("a write after one that failed", probe.error());
  Wrong("a write is taken after one that failed");
}

void ScriptPlayer::CheckReads() {
  const auto found = ReadRows(*store_);
  if (!found) {
    const bool may_fail = fault_.for_good && fault_.kind == Fault::Kind::kIo;
    if (!may_fail) Wrong("after a failure reading answers " + found.error().ToString());
    return CheckError("reading after a failure", found.error());
  }
  const std::string difference = rows_.Check(*found);
  if (!difference.empty()) Wrong("after a failure, before the store is closed, " + difference);
}

void ScriptPlayer::CheckError(const std::string& what, const Status& error) {
  const std::string told = what + " answers " + error.ToString();
  if (!fault_.tells()) return Wrong(told + ", and no call failed");
  if (has_failed_ && !fault_.for_good) return Wrong(told + ", after the failure was over");
  if (disk_.failed().empty()) return Wrong(told + ", and no call has failed yet");
  if (error.message().find(fault_.error_text()) == std::string_view::npos) {
    return Wrong(told + ", which does not say \"" + fault_.error_text() + "\"");
  }
  tell_("error " + what);
}

}  // namespace rookery::torture
