// What Open found when it opened a store again, and what it is to do if something is missing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rookery/export.h"
#include "rookery/types.h"

namespace rookery {

/// What Open does when writes that were acknowledged are not there any more. All of them report what is missing.
enum class Recovery : std::uint8_t {
  kStrict = 0,   // refuses the store
  kTail = 1,     // opens it if the machine went down and what is missing was never synced; else refuses it
  kSalvage = 2,  // opens it with what there is, also if its witness is lost
};

/// Messages or records of a channel that were acknowledged and are missing.
struct LostRun {
  enum class Kind : std::uint8_t { kMessages = 1, kDeletions = 2, kRecords = 3 };
  Kind kind = Kind::kMessages;
  ShardId shard;
  std::string channel;  // at most its first 80 bytes
  MessageId first;      // the lowest and the highest id among them; 0 of records
  MessageId last;
  std::uint64_t count = 0;  // written messages, edits included; deleted ones, 0: all of a range; records
};

struct ROOKERY_EXPORT RecoveryReport {
  bool closed = true;              // the store was closed by whoever had it before
  bool machine_went_down = false;  // since then, as far as can be told
  bool salvaged = false;           // what is missing was let go by Recovery::kSalvage
  std::uint64_t lost = 0;          // rows of the log that were acknowledged and are missing
  std::uint64_t lost_synced = 0;   // of them, those that were on disk
  std::vector<LostRun> runs = {};  // what they were, oldest first
  bool runs_complete = true;       // false: `runs` has the last ones only

  /// One line, or several: what is missing, for people.
  std::string Summary() const;
};

}  // namespace rookery
