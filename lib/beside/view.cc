#include "beside/view.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assembly/cell_opener.h"
#include "assembly/open.h"
#include "assembly/store_directory.h"
#include "backup/files.h"
#include "backup/manifest.h"
#include "base/boot_id.h"
#include "base/macros.h"
#include "base/system_clock.h"
#include "beside/checkpoint_note.h"
#include "beside/owner_call.h"
#include "beside/readers_directory.h"

namespace rookery::beside {
namespace {

namespace fs = std::filesystem;
using assembly::LockFile;

/// Opens the parts of other cells.
class CheckpointOpener final : public cells::CellOpener {
 public:
  CheckpointOpener(const StoreOptions& options, const store::StoreImpl& main, std::string name, CheckpointNote note)
      : opener_(options, main), name_(std::move(name)), note_(std::move(note)) {}

  Result<cells::OpenedCell> Open(const codec::CellRow& cell, const std::string& directory) const override {
    if (const auto left_out = note_.left_out.find(cell.name); left_out != note_.left_out.end()) {
      return Status(StatusCode::kUnavailable,
                    "it is not in the checkpoint, as it could not be read in the process that has the store open: " +
                        left_out->second);
    }
    const auto position = note_.positions.find(cell.name);
    if (position == note_.positions.end()) {
      return Status(StatusCode::kCorruption, "checkpoint " + name_ + " does not have the cell");
    }
    const assembly::CellOf mark = opener_.MarkOf(cell);
    RK_ASSIGN_OR_RETURN(auto impl, assembly::OpenCopy({.store = directory,
                                                       .directory = ReadersDirectory(directory).PathOf(name_),
                                                       .position = position->second},
                                                      opener_.OptionsOf(cell), &mark));
    return cells::OpenedCell{.lock = nullptr, .impl = std::move(impl)};
  }

  Result<cells::OpenedCell> Create(const CellOptions& /*options*/, const std::string& /*directory*/,
                                   codec::CellRow* /*cell*/) const override {
    return Status(StatusCode::kPermission, "the store is open for reading");
  }

 private:
  const assembly::StoreOpener opener_;
  const std::string name_;
  const CheckpointNote note_;
};

/// A checkpoint that nobody removes meanwhile.
struct HeldCheckpoint {
  std::string name;
  LockFile lock;
  CheckpointNote note;
};

/// kNotFound: it is being removed, or is no use.
Result<std::unique_ptr<HeldCheckpoint>> Hold(const ReadersDirectory& readers, const std::string& name,
                                             const std::string& store_id) {
  const auto gone = [&] { return Status(StatusCode::kNotFound, "checkpoint " + name + " is gone"); };
  if (!backup::CheckIsDirectory(readers.PathOf(name)).ok()) return gone();
  auto lock = LockFile::Watch(readers.LockPath(name));
  if (!lock) {
    const StatusCode code = lock.error().code();
    return code == StatusCode::kNotFound || code == StatusCode::kLocked ? gone() : lock.error();
  }
  RK_ASSIGN_OR_RETURN(const std::string text, backup::ReadSmall(readers.NotePath(name), kMaxNoteBytes));
  auto note = DecodeNote(text);
  if (!note || note->store_id != store_id || note->boot != base::BootId()) return gone();
  return std::make_unique<HeldCheckpoint>(HeldCheckpoint{name, *std::move(lock), *std::move(note)});
}

/// The newest that can be read. kNotFound: there is none.
Result<std::unique_ptr<HeldCheckpoint>> HoldLast(const ReadersDirectory& readers, const std::string& store_id) {
  std::vector<std::string> names;
  if (auto found = readers.Checkpoints()) names = *std::move(found);
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (auto held = Hold(readers, *name, store_id)) return held;
  }
  return Status(StatusCode::kNotFound, "there is no checkpoint");
}

/// What the owner answers with, else the last one. `refusal`: why the owner did not.
Result<std::unique_ptr<HeldCheckpoint>> FindCheckpoint(const ReadersDirectory& readers, const std::string& store_id,
                                                       const BesideOptions& options, std::string* refusal) {
  if (!readers.IsOf(store_id)) {
    *refusal = NotServing();
    return Status(StatusCode::kNotFound, "there is no checkpoint");
  }
  // Between answer and lock a newer one may have taken its place.
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    Answer answer = AskOwner(readers, options);
    *refusal = std::move(answer.refusal);
    if (answer.checkpoint.empty()) break;
    auto held = Hold(readers, answer.checkpoint, store_id);
    if (held || held.error().code() != StatusCode::kNotFound) return held;
    *refusal = "the owner's checkpoints were gone before they could be opened";
  }
  return HoldLast(readers, store_id);
}

std::string SecondsOf(std::chrono::milliseconds time) {
  const auto tenths = std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(time).count();
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

Status CheckAge(const fs::path& path, std::chrono::milliseconds age, const StoreOptions& options,
                const std::string& refusal) {
  if (!options.beside.max_age || age <= *options.beside.max_age) return {};
  return {StatusCode::kBusy, "what can be read of " + path.string() + " is " + SecondsOf(age) + " old, and at most " +
                                 SecondsOf(*options.beside.max_age) + " were asked for" +
                                 (refusal.empty() ? "" : ": " + refusal)};
}

}  // namespace

Result<OpenedView> OpenView(const fs::path& path, const StoreOptions& given, const Status& live) {
  StoreOptions options = given;
  options.mode = OpenMode::kReadOnly;
  RK_ASSIGN_OR_RETURN(const assembly::Identity identity, assembly::StoreDirectory(path).ReadIdentity());
  const ReadersDirectory readers(path);
  const Timestamp asked_at = (options.clock ? options.clock : base::NewSystemClock())->Now();
  std::string refusal;
  auto found = FindCheckpoint(readers, identity.store_id, options.beside, &refusal);
  if (!found && found.error().code() != StatusCode::kNotFound) return found.error();
  if (!found) return Status(live.code(), std::string(live.message()) + ". It cannot be read beside: " + refusal);
  const std::unique_ptr<HeldCheckpoint> held = *std::move(found);
  RK_TRY(CheckAge(path, asked_at - held->note.at, options, refusal));
  RK_ASSIGN_OR_RETURN(auto impl,
                      assembly::OpenCopy({.store = path,
                                          .directory = readers.PathOf(held->name),
                                          .position = held->note.positions.at(std::string(backup::kMainCell))},
                                         options));
  const Timestamp at = held->note.at;
  auto opener = std::make_unique<CheckpointOpener>(options, *impl, std::move(held->name), std::move(held->note));
  return OpenedView{.lock = std::move(held->lock), .impl = std::move(impl), .opener = std::move(opener), .at = at};
}

}  // namespace rookery::beside
