// What a store may hold after the steps of a script of which some failed: all that was acknowledged; what failed as a
// whole or not at all; what was refused not.
//
// Idea: of each row the texts that it may have, none among them. A step that was acknowledged leaves one; one that
// failed adds one for each there was. Messages go by their tokens, as of a post that failed nobody knows the id.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rookery/types.h"
#include "tests/torture/call_script.h"
#include "tests/torture/rows.h"

namespace rookery::torture {

/// Owned by one thread. `script` must outlive it.
class PossibleRows {
 public:
  explicit PossibleRows(const CallScript& script) : script_(script) {}

  /// In the order of the steps; of each kBegun first, and the others if it came to them.
  void Take(const StepOutcome& outcome);
  /// The process is dead: what was begun has failed.
  void End();

  /// Empty: the store may hold these.
  std::string Check(const Rows& found) const;
  /// Of a message that is there for certain.
  std::optional<MessageId> IdOf(std::size_t step) const;
  /// Whether a step of this kind was acknowledged; the last of them.
  std::optional<std::size_t> LastDone(ScriptStep::Kind kind) const;
  bool InFlight() const { return begun_.has_value(); }
  std::size_t acknowledged() const { return acknowledged_; }

 private:
  using Texts = std::set<std::optional<std::string>>;
  struct Change {
    std::string row;
    std::optional<std::string> content;  // nullopt: it is removed
    bool versioned = true;               // the text tells how often it was changed
    bool creates = true;                 // else it only changes what is there
  };

  std::vector<Change> ChangesOf(std::size_t step) const;
  std::vector<Change> TrimmedBy(const ScriptStep& step, bool surely) const;
  std::string MessageOf(std::size_t step, std::size_t i) const;
  std::string AttachmentOf(const ScriptStep& step) const;
  Texts& TextsOf(const std::string& row);
  void Done(const StepOutcome& outcome);
  void Failed(std::size_t step);

  const CallScript& script_;
  std::optional<std::size_t> begun_;
  std::map<std::string, Texts> rows_;
  std::map<std::string, MessageId> ids_;               // by row
  std::vector<std::vector<std::string>> all_or_none_;  // rows of batches that failed
  std::map<ScriptStep::Kind, std::size_t> done_;
  std::size_t acknowledged_ = 0;
};

}  // namespace rookery::torture
