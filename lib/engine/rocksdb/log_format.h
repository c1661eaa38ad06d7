// The records of RocksDB's logs and manifests, read past damage and written again.
//
// A file is blocks of 32 KiB; a record is one fragment or several, and none crosses a block's end:
//   checksum (4 bytes, masked crc32c of all behind the length), length (2 bytes), type (1 byte), [log number (4 bytes),
//   where logs are used again], bytes
//
// Idea: RocksDB gives up the rest of a block in which a record is damaged. Where the length is whole the next record is
// known to begin behind it, and counts if its checksum fits. Nothing is looked for anywhere else: bytes of a message
// that look like a record must not become one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/key_ring.h"
#include "engine/rocksdb/data_writer.h"
#include "rookery/status.h"

namespace rookery::engine {

/// Bytes in the midst of a file that are no records.
struct LogDamage {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct LogSummary {
  std::uint64_t bytes = 0;  // of the file
  std::uint64_t records = 0;
  std::vector<LogDamage> damages = {};
  /// From here on there is no record any more, but something that is not one: a write that a crash cut short, or
  /// damage. Equal to `bytes`: the file ends with a record.
  std::uint64_t end = 0;
  /// What is behind `end` can be what a crash leaves: the beginning of a record, or zeros.
  bool torn = true;
};

struct LogVisitor {
  /// The bytes are valid during the call.
  std::function<void(std::string_view bytes)> record;
  /// Between the records that are told before and after it something is damaged.
  std::function<void(const LogDamage& damage)> damage;
};

/// Reads all of it. Null `keys`: it is not encrypted. Errors of DataReader::Open.
Result<LogSummary> ReadLog(const std::filesystem::path& path, const crypto::KeyRing* keys, const LogVisitor& visitor);
/// The same of the data of a log.
LogSummary ReadLogData(std::string_view data, const LogVisitor& visitor);

/// How long a log is to which records of these sizes were written, one after the other, and nothing else.
class LogLength {
 public:
  void Add(std::uint64_t record_bytes);
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t bytes_ = 0;
};

/// Writes records to a file that it makes. Owned by one thread. Movable.
class LogWriter {
 public:
  /// As DataWriter::Create.
  static Result<LogWriter> Create(const std::filesystem::path& path, const crypto::KeyRing* keys);
  void Add(std::string_view record);
  /// Errors of DataWriter::Finish.
  Status Finish() { return file_.Finish(); }

 private:
  explicit LogWriter(DataWriter file) : file_(std::move(file)) {}
  void AddFragment(char type, std::string_view bytes);

  DataWriter file_;
  std::size_t in_block_ = 0;  // written to the present block
};

}  // namespace rookery::engine
