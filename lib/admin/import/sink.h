// Where importers put what they read: filters it, gathers it into batches, posts them, and counts everything.
//
// Invariant: each record of the source is counted once, as read and then as one of added, existing or filtered, or as a
// problem. A batch that the store refuses for one message's sake is posted message by message, so that only that one is
// lost, and named.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "admin/import.h"
#include "admin/import/bulk_batch.h"
#include "admin/import/byte_stream.h"
#include "admin/import/file_tree.h"
#include "admin/import/identity.h"
#include "admin/import/pending_batch.h"
#include "admin/import/progress_meter.h"

namespace rookery::admin {

struct ImportedRecord {
  std::string_view key;
  std::string_view value;
  Version version = 1;
  std::optional<Timestamp> updated_at;  // absent: now
};

/// Used by one thread. Every Status that it returns ends the import when it is not OK: pass it on.
class ImportSink {
 public:
  /// `options` and `report` must outlive the sink; `store` is null for a dry run without one.
  ImportSink(Store* store, Timestamp epoch, const ImportOptions& options, ImportReport* report);

  /// Opens the file and counts it. Until the next Open, problems and messages are of this file.
  /// An error of the file alone (damaged, not readable as packed) is for Absorb.
  Result<std::unique_ptr<ByteStream>> Open(const InputFile& file);

  /// The id of a message of that time; see identity.h.
  MessageId IdAt(Timestamp time, std::uint64_t low) const { return MakeId(epoch_, time, low); }

  Timestamp epoch() const { return epoch_; }

  /// Adds a message with an id; an id that is taken by another message moves to the next free one.
  Status Add(const NewMessage& message, Position position);
  /// Adds a message that must keep its id: if another message has it, that is a problem.
  Status AddExact(const NewMessage& message, Position position);
  /// Stores the record, with its version and time, unless the channel has one of this key.
  Status AddRecord(std::string_view channel, const ImportedRecord& record, Position position);

  /// Says that the opened file is not of the format after all: it counts as skipped. OK.
  Status SkipFile();
  /// Counts what is no message: a join, a topic.
  void SkipEvent() { ++report_.events_skipped; }
  /// Counts a message that stands in the input once more.
  void SkipDuplicate();
  /// Reports a record that cannot be imported. kCorruption when there were too many.
  Status Problem(Position position, std::string reason);
  /// Reports a problem with a file that was not opened.
  Status FileProblem(std::string path, std::string reason);
  /// Damage of the current file becomes a problem, at the byte on disk that was reached, and OK; other errors are
  /// passed on.
  Status Absorb(Status status);

  /// Posts what still waits. Call it at the end, also of an import that stops early: then not `complete`.
  Status Finish(bool complete);
  ProgressMeter& progress() { return progress_; }

 private:
  Status Queue(const NewMessage& message, Position position, IdCollision collision);
  Status AddToBulk(const NewMessage& message, Position position, IdCollision collision);
  Status FinishBulk();
  Status Flush();
  Status PostOneByOne();
  void Count(const Posted& posted);
  bool Filtered(const NewMessage& message) const;
  Status Report(const ImportProblem& problem);
  /// Notes that this error ends the import and is not for Absorb.
  Status Fatal(Status status);

  Store* const store_;
  const Timestamp epoch_;
  const ImportOptions& options_;
  ImportReport& report_;
  ProgressMeter progress_;
  std::unique_ptr<BulkBatch> bulk_;  // null: messages are posted in batches
  PendingBatch batch_;
  IdCollision collision_ = IdCollision::kNextFreeId;  // of the batch
  std::shared_ptr<const std::string> path_;           // of the file being read
  std::uint64_t bytes_before_file_ = 0;               // consumed when it was opened
  bool ended_ = false;                                // by an error that is not of one file
};

}  // namespace rookery::admin
