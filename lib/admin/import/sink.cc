#include "admin/import/sink.h"

#include <algorithm>
#include <utility>

#include "admin/import/message_check.h"
#include "admin/status_macros.h"
#include "admin/text.h"

namespace rookery::admin {
namespace {

/// A batch of few but long messages is posted before it is full.
constexpr std::size_t kMaxBatchBytes = std::size_t{8} << 20;

/// True if the store refuses the message itself, so that the next one may still be welcome.
bool IsMessagesFault(StatusCode code) {
  return code == StatusCode::kInvalidArgument || code == StatusCode::kAlreadyExists;
}

}  // namespace

ImportSink::ImportSink(Store* store, Timestamp epoch, const ImportOptions& options, ImportReport* report)
    : store_(store),
      epoch_(epoch),
      options_(options),
      report_(*report),
      progress_(options.progress, *report),
      path_(std::make_shared<const std::string>()) {
  if (!options.bulk || options.dry_run) return;
  const auto refused = [this](const Origin& origin, const BulkRefusal& refusal) {
    return Report({*origin.path, origin.position.number, origin.position.unit,
                   "id " + std::to_string(refusal.id.value) + " of channel " + Quoted(refusal.channel) +
                       " is taken by a different message; leave the id out to get a new one"});
  };
  BulkOptions bulk{.memory_bytes = options.bulk_memory_bytes,
                   .packing = options.bulk_packing,
                   .progress = [this](const BulkProgress& now) { return progress_.Bulk(now); }};
  bulk_ = std::make_unique<BulkBatch>(store, std::move(bulk), refused);
}

Result<std::unique_ptr<ByteStream>> ImportSink::Open(const InputFile& file) {
  ++report_.files;
  path_ = std::make_shared<const std::string>(file.label());
  progress_.BeginFile(*path_);
  bytes_before_file_ = progress_.bytes();
  ADMIN_ASSIGN_OR_RETURN(auto stream, file.Open());
  return progress_.Watch(std::move(stream));
}

Status ImportSink::Add(const NewMessage& message, Position position) {
  return Queue(message, position, IdCollision::kNextFreeId);
}

Status ImportSink::AddExact(const NewMessage& message, Position position) {
  return Queue(message, position, IdCollision::kFail);
}

bool ImportSink::Filtered(const NewMessage& message) const {
  const Timestamp time = message.created_at.value_or(message.id.time(epoch_));
  return (options_.since && time < *options_.since) || (options_.until && time >= *options_.until);
}

Status ImportSink::Queue(const NewMessage& message, Position position, IdCollision collision) {
  ++report_.messages_read;
  if (Filtered(message)) {
    ++report_.messages_filtered;
    return {};
  }
  if (options_.dry_run) {
    const std::string fault = MessageFault(message, Limits{});
    return fault.empty() ? Status{} : Problem(position, fault);
  }
  if (bulk_) return AddToBulk(message, position, collision);
  if (collision != collision_) {
    ADMIN_TRY(Flush());
    collision_ = collision;
  }
  batch_.Add(message, {path_, position});
  if (batch_.size() < options_.batch_size && batch_.bytes() < kMaxBatchBytes) return {};
  return Flush();
}

void ImportSink::Count(const Posted& posted) {
  ++(posted.existed ? report_.messages_existing : report_.messages_added);
}

Status ImportSink::AddToBulk(const NewMessage& message, Position position, IdCollision collision) {
  Status status = bulk_->Add(message, {path_, position}, collision);
  if (IsMessagesFault(status.code())) return Problem(position, std::string(status.message()));
  return Fatal(std::move(status));
}

Status ImportSink::FinishBulk() {
  auto loaded = bulk_->Finish();
  if (!loaded) return Fatal(loaded.status());
  report_.messages_added += loaded->posted;
  report_.messages_existing += loaded->existed;
  return {};
}

Status ImportSink::Finish(bool complete) {
  if (!bulk_) return Flush();
  if (complete) return FinishBulk();
  bulk_->Cancel();
  return {};
}

Status ImportSink::Flush() {
  if (batch_.empty()) return {};
  auto posted = store_->PostBatch(batch_.messages(), {.id_collision = collision_, .cells = BatchCells::kSplit});
  Status status = posted.status();
  if (posted.has_value()) {
    for (const Posted& answer : *posted) Count(answer);
  } else if (IsMessagesFault(status.code())) {
    status = PostOneByOne();
  }
  batch_.Clear();
  return Fatal(std::move(status));
}

Status ImportSink::PostOneByOne() {
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    auto posted =
        store_->PostBatch(batch_.messages().subspan(i, 1), {.id_collision = collision_, .cells = BatchCells::kSplit});
    if (posted.has_value()) {
      Count(posted->front());
      continue;
    }
    if (!IsMessagesFault(posted.error().code())) return posted.status();
    const Origin& origin = batch_.origin(i);
    ADMIN_TRY(
        Report({*origin.path, origin.position.number, origin.position.unit, std::string(posted.error().message())}));
  }
  return {};
}

Status ImportSink::AddRecord(std::string_view channel, const ImportedRecord& record, Position position) {
  ++report_.records_read;
  if (options_.dry_run) {
    const std::string fault = RecordFault(channel, record, Limits{});
    return fault.empty() ? Status{} : Problem(position, fault);
  }
  const auto put = store_->Put(channel, record.key, record.value,
                               {.expected_version = 0, .version = record.version, .updated_at = record.updated_at});
  if (put.has_value()) {
    ++report_.records_added;
    return {};
  }
  if (put.error().code() == StatusCode::kConflict) {
    ++report_.records_existing;
    return {};
  }
  if (IsMessagesFault(put.error().code())) return Problem(position, std::string(put.error().message()));
  return Fatal(put.status());
}

Status ImportSink::SkipFile() {
  --report_.files;
  ++report_.files_skipped;
  return {};
}

void ImportSink::SkipDuplicate() {
  ++report_.messages_read;
  ++report_.messages_existing;
}

Status ImportSink::Problem(Position position, std::string reason) {
  return Report({*path_, position.number, position.unit, std::move(reason)});
}

Status ImportSink::FileProblem(std::string path, std::string reason) {
  return Report({std::move(path), 0, "byte", std::move(reason)});
}

Status ImportSink::Report(const ImportProblem& problem) {
  ++report_.problems;
  if (options_.on_problem) options_.on_problem(problem);
  if (report_.problems <= options_.max_errors) return {};
  return Fatal({StatusCode::kCorruption, "more than " + std::to_string(options_.max_errors) +
                                             (options_.max_errors == 1 ? " record" : " records") +
                                             " cannot be imported; look at the problems, or allow more"});
}

Status ImportSink::Fatal(Status status) {
  ended_ = ended_ || !status.ok();
  return status;
}

Status ImportSink::Absorb(Status status) {
  if (status.code() != StatusCode::kCorruption || ended_) return status;
  return Problem(AtByte(progress_.bytes() - bytes_before_file_), std::string(status.message()));
}

}  // namespace rookery::admin
