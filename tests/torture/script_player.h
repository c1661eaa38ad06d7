// Does a script to a store whose disk fails, and goes on after failures as an application would: it reads, closes the
// store, opens it again and goes on with the next step. Tells of each step, and of what must not be.
//
// What must hold while it goes on:
//   - every error has the system's words for its cause, also that of a write that is refused since another one failed;
//   - while writes are refused reads go on, and show what may be there;
//   - after a call that failed once the store can be opened again at once, and every later step succeeds;
//   - nothing takes a minute.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rookery/store.h"
#include "tests/support/manual_clock.h"
#include "tests/torture/call_script.h"
#include "tests/torture/failing_disk.h"
#include "tests/torture/possible_rows.h"

namespace rookery::torture {

/// What is in a directory of a round: the store, and the set of its backups.
struct RoundPlaces {
  explicit RoundPlaces(const std::filesystem::path& directory) : store(directory / "store"), set(directory / "set") {}

  std::filesystem::path store;
  std::filesystem::path set;
};

/// Of the stores of this rig.
StoreOptions FailingStoreOptions(bool encrypted, std::shared_ptr<const Clock> clock);

/// Owned by one thread. All that it is given must outlive it.
class ScriptPlayer {
 public:
  /// Lines: those of StepOutcome, "wrong ..." for what must not be, "error ..." for errors that were told as they must.
  using Tell = std::function<void(const std::string& line)>;

  ScriptPlayer(const CallScript& script, const std::filesystem::path& directory, bool encrypted, const Fault& fault,
               const FailingDisk& disk, Tell tell);

  void Play();

 private:
  /// nullopt: what it is about is not there.
  std::optional<Status> Do(std::size_t step, StepOutcome* outcome);
  std::optional<Status> DoToMessage(std::size_t step, StepOutcome* outcome);
  Status Open();
  Status Close();
  Status PostBatch(std::size_t step, StepOutcome* outcome);
  Status Attach(std::size_t step, MessageId id);
  Status AwaitReshard();
  /// The same, of a job that a failure has perhaps paused.
  Status ResumeReshard();
  Status Load(std::size_t step);
  void End(StepOutcome outcome, StepOutcome::Kind kind);

  /// False: nothing more can be done.
  bool GoOnAfter(const ScriptStep& step, const Status& failure);
  void CheckRefusal();
  void CheckReads();
  /// That this error may be, and is told as it must be.
  void CheckError(const std::string& what, const Status& error);
  void Wrong(const std::string& what) { tell_("wrong " + what); }

  const CallScript& script_;
  const RoundPlaces places_;
  const bool encrypted_;
  const Fault fault_;
  const FailingDisk& disk_;
  const Tell tell_;
  const std::shared_ptr<testing::ManualClock> clock_ = std::make_shared<testing::ManualClock>();
  PossibleRows rows_;
  std::optional<Store> store_;
  bool has_failed_ = false;  // and is mended, if the call failed once
};

}  // namespace rookery::torture
