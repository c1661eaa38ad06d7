// What a process does to a store, step by step, in the rig whose disk calls fail: fixed by a seed, so that one process
// can do it and another one knows what it did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rookery/status.h"

namespace rookery::torture {

struct ScriptStep {
  enum class Kind : std::uint8_t {
    kOpen,  // makes the store if there is none
    kPost,
    kBatch,  // `count` posts
    kEdit,   // of the message that step `target` posted; so with all that have a target
    kDelete,
    kPut,
    kDeleteRecord,
    kAttach,
    kDetach,
    kSync,
    kCompact,
    kReshard,       // begins a job, to `count` shards
    kAwaitReshard,  // until it is done
    kKeep,          // a rule: `channel` keeps `count` messages
    kTrim,          // enforces it
    kLoad,          // `count` messages, in bulk
    kBackup,
    kProve,  // that backup
    kClose,
  };
  Kind kind = Kind::kPost;
  std::string channel = {};
  std::string name = {};  // of a record or an attachment
  std::size_t target = 0;
  std::size_t count = 1;
  std::size_t bytes = 100;  // of content
  bool sync = false;
};

/// "post to general, synced".
std::string WordsFor(const ScriptStep& step);

using CallScript = std::vector<ScriptStep>;

/// Begins with opening a store and ends with closing it; between the two that happens, too.
CallScript MakeScript(std::uint64_t seed);

/// Of the i-th message of the step, the record or the attachment: begins with its token, unless it is an attachment.
std::string ContentOf(const CallScript& script, std::size_t step, std::size_t i);
/// What tells the i-th message of the step from all others, also after edits: "#12.0".
std::string TokenOf(std::size_t step, std::size_t i);

/// What a step came to, as a line that one process writes and another one reads.
struct StepOutcome {
  enum class Kind : std::uint8_t {
    kBegun,
    kDone,
    kFailed,   // it may be there nevertheless, as a whole
    kRefused,  // nothing of it was written
    kSkipped,  // what it is about is not there
  };
  Kind kind = Kind::kBegun;
  std::size_t step = 0;
  std::vector<std::uint64_t> answers = {};  // ids of kPost and kBatch, the version of kEdit and kPut

  std::string ToLine() const;
  static std::optional<StepOutcome> FromLine(const std::string& line);
};

}  // namespace rookery::torture
