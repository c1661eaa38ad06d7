#include "tests/torture/call_script.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "tests/torture/dice.h"
#include "tests/torture/rig.h"

namespace rookery::torture {
namespace {

using Kind = ScriptStep::Kind;

constexpr std::array<std::string_view, 19> kKindNames{
    "open",    "post",    "batch",         "edit", "delete", "put",  "delete-record", "attach", "detach", "sync",
    "compact", "reshard", "await-reshard", "keep", "trim",   "load", "backup",        "prove",  "close"};
constexpr std::array<std::string_view, 5> kOutcomeNames{"begun", "done", "failed", "refused", "skipped"};
constexpr std::array<const char*, 4> kChannels{"general", "random", "dm/ada", "ops"};

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : dice_(seed) {}

  CallScript Write() {
    Add({.kind = Kind::kOpen});
    Some(8);
    Add({.kind = Kind::kPost, .channel = "general", .bytes = kInBlobFile, .sync = true});
    Add({.kind = Kind::kAttach, .name = "cat.jpg", .target = script_.size() - 1, .bytes = 3 * kInBlobFile});
    Some(6);
    Add({.kind = Kind::kCompact});
    Some(6);
    for (int i = 0; i < 6; ++i) Add({.kind = Kind::kPost, .channel = "kept", .sync = i == 4});
    Add({.kind = Kind::kClose});
    Add({.kind = Kind::kOpen});
    Some(6);
    Add({.kind = Kind::kReshard, .count = 3});
    Some(6);
    Add({.kind = Kind::kAwaitReshard});
    Add({.kind = Kind::kBackup});
    Some(3);
    Add({.kind = Kind::kKeep, .channel = "kept", .count = 3});
    Add({.kind = Kind::kTrim, .channel = "kept", .count = 3});
    Add({.kind = Kind::kLoad, .channel = "loaded", .count = 12});
    Some(6);
    Add({.kind = Kind::kBackup});
    Add({.kind = Kind::kProve});
    Some(3);
    Add({.kind = Kind::kSync});
    Add({.kind = Kind::kClose});
    return std::move(script_);
  }

 private:
  static constexpr std::size_t kInBlobFile = 5000;

  void Add(ScriptStep step) {
    if (step.kind == Kind::kPost && step.channel != "kept") posts_.push_back(script_.size());
    script_.push_back(std::move(step));
  }
  bool AnySync() { return dice_.OneIn(3); }
  std::string AnyChannel() { return kChannels.at(dice_.Below(kChannels.size())); }
  std::size_t AnyBytes() { return dice_.Below(dice_.OneIn(5) ? 8000 : 300); }

  void Some(int steps) {
    for (int i = 0; i < steps; ++i) {
      if (posts_.empty() || dice_.OneIn(3)) {
        Add({.kind = Kind::kPost, .channel = AnyChannel(), .bytes = AnyBytes(), .sync = AnySync()});
      } else {
        AddAny();
      }
    }
  }
  void AddAny() {
    const std::size_t target = posts_[dice_.Below(posts_.size())];
    ScriptStep step{.channel = AnyChannel(), .target = target, .bytes = AnyBytes(), .sync = AnySync()};
    constexpr std::array kKinds{Kind::kBatch,  Kind::kEdit,   Kind::kEdit,         Kind::kPut,   Kind::kPut,
                                Kind::kAttach, Kind::kDelete, Kind::kDeleteRecord, Kind::kDetach};
    step.kind = kKinds.at(dice_.Below(kKinds.size()));
    if (step.kind == Kind::kBatch) step.count = 2 + dice_.Below(4);
    const bool record = step.kind == Kind::kPut || step.kind == Kind::kDeleteRecord;
    if (record) step.name = "key" + std::to_string(dice_.Below(3));
    if (step.kind == Kind::kAttach || step.kind == Kind::kDetach) step.name = "cat.jpg";
    Add(std::move(step));
  }

  Dice dice_;
  CallScript script_;
  std::vector<std::size_t> posts_;  // steps that posted what may be changed
};

}  // namespace

std::string WordsFor(const ScriptStep& step) {
  std::string words(kKindNames.at(static_cast<std::size_t>(step.kind)));
  if (!step.channel.empty()) words += " " + step.channel;
  if (!step.name.empty()) words += " " + step.name;
  return words + (step.sync ? ", synced" : "");
}

CallScript MakeScript(std::uint64_t seed) { return Writer(seed).Write(); }

std::string TokenOf(std::size_t step, std::size_t i) { return "#" + std::to_string(step) + "." + std::to_string(i); }

std::string ContentOf(const CallScript& script, std::size_t step, std::size_t i) {
  Dice dice(RoundSeed(step, i));
  const ScriptStep& what = script[step];
  const std::size_t owner = what.kind == Kind::kEdit ? what.target : step;
  return TokenOf(owner, i) + " by " + std::to_string(step) + " " + dice.Bytes(what.bytes);
}

std::string StepOutcome::ToLine() const {
  std::string line(kOutcomeNames.at(static_cast<std::size_t>(kind)));
  line += " " + std::to_string(step);
  for (const std::uint64_t answer : answers) line += " " + std::to_string(answer);
  return line;
}

std::optional<StepOutcome> StepOutcome::FromLine(const std::string& line) {
  std::istringstream words(line);
  std::string name;
  StepOutcome outcome;
  if (!(words >> name >> outcome.step)) return std::nullopt;
  const auto* const found = std::find(kOutcomeNames.begin(), kOutcomeNames.end(), name);
  if (found == kOutcomeNames.end()) return std::nullopt;
  outcome.kind = static_cast<Kind>(found - kOutcomeNames.begin());
  for (std::uint64_t answer = 0; words >> answer;) outcome.answers.push_back(answer);
  return outcome;
}

}  // namespace rookery::torture
