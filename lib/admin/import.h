// Import: brings messages of other systems into a store. Streaming, idempotent, and exact about what it could not read.
//
// Every message gets a deterministic id (its time and a number or hash of its identity at the source) and its source
// identity as nonce, so that a second import of the same source adds nothing. Importing never deletes or overwrites.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/bulk_loader.h"
#include "rookery/status.h"
#include "rookery/store.h"
#include "rookery/types.h"

namespace rookery::admin {

/// A format that import knows.
struct ImportFormat {
  std::string_view name;         // as --format takes it
  std::string_view description;  // one line for a person
};
/// All formats, in the order in which detection tries them.
std::span<const ImportFormat> ImportFormats();

/// A record of the source that could not be imported: where, and why.
struct ImportProblem {
  std::string path;            // of the file; "archive.zip:inner/name" inside an archive
  std::uint64_t position = 0;  // line (text formats, from 1), element (JSON arrays, from 1) or byte offset (mail)
  std::string_view unit;       // "line", "element" or "byte"
  std::string reason;
};

struct ImportProgress {
  std::uint64_t messages = 0;     // read so far
  std::uint64_t bytes = 0;        // of input consumed so far
  std::uint64_t total_bytes = 0;  // of all input files; archives count packed
  std::string_view path;          // the file being read
  /// Of a bulk import, once all is read: what is done now, such as "writing", and with how many messages of how many.
  std::string_view phase = {};
  std::uint64_t phase_messages = 0;
  std::uint64_t phase_total = 0;
};

struct ImportOptions {
  std::string format = {};              // empty: detected per path
  std::optional<Timestamp> since = {};  // only messages at or after
  std::optional<Timestamp> until = {};  // only messages before
  bool dry_run = false;                 // read, check and count everything, write nothing
  std::uint64_t max_errors = 100;       // give up when more records than this cannot be imported
  std::string channel = {};             // channel for formats that name none; default: from the file or folder name
  std::chrono::minutes utc_offset{0};   // zone of times without one (IRC logs): local time minus UTC
  std::size_t batch_size = 512;         // messages per engine batch
  /// Loads all messages at once (rookery/bulk_loader.h): faster, and none is visible before the end. An import that
  /// stops early has then added no message. Records are stored one by one as they are read, all the same.
  bool bulk = false;
  std::optional<std::size_t> bulk_memory_bytes = {};  // default: as BulkOptions::memory_bytes
  BulkPacking bulk_packing = BulkPacking::kFast;
  /// Called about ten times a second; false stops the import cleanly (kInterrupted): what was written stays.
  std::function<bool(const ImportProgress&)> progress = {};
  std::function<void(const ImportProblem&)> on_problem = {};
};

struct ImportReport {
  std::string format;  // of the last path, when all are of one format; else "mixed"
  std::uint64_t files = 0;
  std::uint64_t files_skipped = 0;  // of no format that is known, in a folder; or empty
  std::uint64_t messages_read = 0;  // messages found in the input, filtered ones included
  std::uint64_t messages_added = 0;
  std::uint64_t messages_existing = 0;  // were in the store, or twice in the input
  std::uint64_t messages_filtered = 0;  // outside since/until
  std::uint64_t events_skipped = 0;     // joins, quits, topic changes: not messages
  std::uint64_t records_read = 0;       // JSONL only, as the next two
  std::uint64_t records_added = 0;
  std::uint64_t records_existing = 0;
  std::uint64_t problems = 0;
  std::uint64_t bytes = 0;
};

/// Imports files and folders (folders recursively, files sorted by path). On an error what was acknowledged before it
/// is in the store and `report`, if not null, says how much; running it again goes on. Codes: kInvalidArgument (unknown
/// format; the message lists them), kNotFound (path), kCorruption (more than max_errors bad records, or an archive that
/// cannot be read), kInterrupted, and those of Store::PostBatch. With dry_run the store may be null.
Status Import(Store* store, std::span<const std::filesystem::path> paths, const ImportOptions& options,
              ImportReport* report);

}  // namespace rookery::admin
