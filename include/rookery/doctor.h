// What is wrong with a store that is damaged, what of it can be mended, and how to bring what is left into a new one.
//
//   for (const rookery::Finding& found : rookery::Diagnose("chat.rook")->findings) std::cout << found.text << '\n';
//   rookery::Mend("chat.rook");
//   rookery::Salvage("chat.rook", "saved.rook");
//
// docs/reliability.md says what is looked at, and when to do what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/encryption.h"
#include "rookery/export.h"
#include "rookery/logger.h"
#include "rookery/recovery.h"
#include "rookery/status.h"
#include "rookery/types.h"

namespace rookery {

enum class Severity : std::uint8_t {
  kNote = 0,    // nothing has to be done
  kDamage = 1,  // the store cannot be opened, or something is lost or cannot be read
};
/// "note", "damage".
ROOKERY_EXPORT std::string_view SeverityName(Severity severity);

/// One thing that was found.
struct Finding {
  Severity severity = Severity::kDamage;
  std::string code;   // one word for programs, such as "table_damaged": docs/reliability.md lists them
  std::string where;  // the file, or the row
  std::string text;   // what is wrong, and what that costs
  std::string remedy;
  bool mendable = false;  // Mend does it
};

struct Diagnosis {
  std::vector<Finding> findings = {};
  std::vector<std::string> done = {};  // by Mend: what it changed, in words
  bool complete = true;                // false: something could not be examined; a finding says why
  /// Nothing is damaged.
  bool ok() const {
    for (const Finding& finding : findings) {
      if (finding.severity == Severity::kDamage) return false;
    }
    return true;
  }
};

struct DoctorOptions {
  /// Whether all is read: each block of each file, and all rows. Else only what is there, and how large it is.
  bool deep = true;
  std::size_t max_rows = 100;  // report at most so many damaged rows of a cell; all are counted
  /// The keys of an encrypted store. Without them little of it can be examined, and Diagnosis::complete is false.
  std::optional<EncryptionOptions> encryption = {};
  /// Called from the calling thread with what is examined now, and how many files or rows of how many are done (0: not
  /// known). Return false to stop: the call then answers kInterrupted.
  std::function<bool(std::string_view what, std::uint64_t done, std::uint64_t total)> progress = {};
  std::shared_ptr<Logger> logger = nullptr;  // null: silent
};

/// Examines the store in `path`, and all its cells, without writing a byte to it. Goes on past damage. While another
/// process has it open for writing little can be examined: Diagnosis::complete is false then.
/// kNotAStore: nothing of a store is there. kInterrupted: `progress` wanted to stop. kPermission: keys were given, and
/// none of them is one of the store's. kInvalidArgument: keys were given, and the store is not encrypted.
ROOKERY_EXPORT Result<Diagnosis> Diagnose(const std::filesystem::path& path, const DoctorOptions& options = {});

/// Mends what can be mended without losing anything, and diagnoses what is left: puts CURRENT and MANIFEST back from
/// the copies that are kept, if they lead to all that the store had; makes the witness anew of a store that has
/// everything else; removes drafts; makes anew what is derived from messages. A file that it replaces stays there under
/// another name. Errors as Diagnose; kLocked: the store is open elsewhere; kPermission: also without a key that is
/// needed.
ROOKERY_EXPORT Result<Diagnosis> Mend(const std::filesystem::path& path, const DoctorOptions& options = {});

// --- Salvage ---------------------------------------------------------------------------------------------------------

/// A stretch of keys of which nothing, or not all, could be read: what is missing lies in it.
struct LostRange {
  std::string cell;
  ShardId shard;
  std::string cause;  // such as "000012.sst is not there"
  /// In the order of keys: messages of a channel from the newest to the oldest, channel by channel.
  std::string first_channel;  // empty: from the first on
  MessageId first;            // the highest id in `first_channel` that it holds; 0: all of them
  std::string last_channel;   // empty: to the last one
  MessageId last;             // the lowest id in `last_channel`; 0: all of them
  bool messages = true;       // it holds messages; else records and attachments at most
  bool stale = false;         // what is there was copied, but may be older than the last edit, or deleted since
};

/// Counts of one shard.
struct SalvagedShard {
  std::string cell;
  ShardId shard;
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;
  std::uint64_t lost_rows = 0;         // rows that were read and are not whole
  std::uint64_t lost_attachments = 0;  // of messages that were copied
};

/// A channel of which fewer messages were copied than the store had counted.
struct ShortChannel {
  std::string cell;
  ShardId shard;
  std::string channel;
  std::uint64_t counted = 0;
  std::uint64_t copied = 0;
};

struct ROOKERY_EXPORT SalvageReport {
  std::vector<SalvagedShard> shards = {};
  std::vector<LostRange> ranges = {};
  std::vector<LostRun> runs = {};           // writes that the log has lost, as far as they are known by name
  std::vector<ShortChannel> channels = {};  // as counted by the bucket map, which may be older than the messages
  std::vector<std::string> notes = {};      // whatever else is not as it was
  std::uint64_t messages = 0;
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;

  bool whole() const { return ranges.empty() && runs.empty() && channels.empty() && notes.empty(); }
  /// Whether that message may be among what is lost.
  bool MayHaveLost(std::string_view channel, MessageId id) const;
};

struct SalvageOptions {
  /// The keys of an encrypted source. What is under a key that was not given is not copied, and the report says so.
  std::optional<EncryptionOptions> encryption = {};
  /// With which keys the new store is made. Absent: those of the source.
  std::optional<EncryptionOptions> new_encryption = {};
  bool in_clear = false;  // the new store is not encrypted, whatever the source is
  /// Called from the calling thread now and then with the messages and records copied. Return false to stop:
  /// kInterrupted; what was copied is removed.
  std::function<bool(std::uint64_t rows)> progress = {};
  std::shared_ptr<Logger> logger = nullptr;  // null: silent
};

/// Copies everything that can be read of the store in `source`, past damage, into a new store in `destination`, which
/// must not exist: messages with ids, versions and nonces, records, attachments that are whole, routing, retention
/// rules and cells. Writes nothing to `source`. The new store has its name when it is whole: until then it lies in
/// `destination`.salvaging, what is left of which is removed by the next call. By the newest MANIFEST that is whole;
/// the report says if a newer one is lost. kAlreadyExists: `destination` is there. kNoSpace: its disk is full. kLocked: `source` is open for
/// writing. kCorruption: there is no manifest left by which its files could be read. kPermission: it is encrypted, and
/// none of its keys was given. kInvalidArgument: it is not, and keys were given for it.
ROOKERY_EXPORT Result<SalvageReport> Salvage(const std::filesystem::path& source,
                                             const std::filesystem::path& destination,
                                             const SalvageOptions& options = {});

}  // namespace rookery
