// Damages a file of a store, or two, and opens it.
//
// What must hold, whatever was damaged and however it is opened:
//   - an opening that is refused leaves every byte of the directory as it was, but for the lock and its holder's name;
//   - what can be read is right: no other text, no row that was deleted or never was;
//   - what is not there is damaged and says so when it is read, and Verify finds it. Only with Recovery::kSalvage rows
//     may be missing, if the report counts them or says that nobody can.
//
// One round of six harms a backup set instead (backup_round.h). Rounds are done in a child process: damage that ends
// it, or makes it hang, is a violation, and the next child goes on behind it.
//
// Not done: two files of which one says what the other has to have, as then nobody can know what there was: the witness
// and any other, or a kept copy and what it is a copy or a list of.
#include "tests/torture/mutations.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/support/manual_clock.h"
#include "tests/torture/backup_round.h"
#include "tests/torture/mutation.h"
#include "tests/torture/reading.h"
#include "tests/torture/source_stores.h"
#include "tests/torture/worker.h"

namespace rookery::torture {
namespace {

namespace fs = std::filesystem;

std::string NameOf(Recovery recovery) {
  constexpr const char* kNames[] = {"strict", "tail", "salvage"};
  return kNames[static_cast<int>(recovery)];
}

/// All files, but for the two that every opening locks.
std::map<std::string, std::string> FilesOf(const fs::path& store) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(store)) {
    const fs::path name = entry.path().filename();
    if (!entry.is_regular_file() || name == "lock" || name == "LOCK") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[fs::relative(entry.path(), store)] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

std::string ChangeBetween(const std::map<std::string, std::string>& before,
                          const std::map<std::string, std::string>& after) {
  for (const auto& [name, bytes] : before) {
    const auto found = after.find(name);
    if (found == after.end()) return name + " was removed";
    if (found->second != bytes) return name + " was changed";
  }
  for (const auto& [name, bytes] : after) {
    if (!before.contains(name)) return name + " was made";
  }
  return "";
}

/// What became of the rounds whose first damage was to a kind of file.
struct Outcomes {
  std::uint64_t refused = 0;
  std::uint64_t reported = 0;  // by the report, by reading, or by Verify
  std::uint64_t harmless = 0;
};

bool IsKept(FileKind kind) {
  return kind == FileKind::kManifest || kind == FileKind::kCurrent || kind == FileKind::kLog;
}

bool OneTellsOfTheOther(FileKind first, FileKind second) {
  if (first == FileKind::kWitness || second == FileKind::kWitness) return true;
  return (first == FileKind::kKept && IsKept(second)) || (second == FileKind::kKept && IsKept(first));
}

class Round {
 public:
  Round(std::uint64_t seed, const std::vector<SourceStore>& sources, const fs::path& directory)
      : dice_(seed), source_(sources[dice_.Below(sources.size())]), path_(directory / "store") {
    fs::remove_all(path_);
    fs::copy(source_.path, path_, fs::copy_options::recursive);
  }

  FileKind Damage(std::span<const FileKind> kinds) {
    const FileKind first = DamageOne(kinds);
    if (first == FileKind::kWitness || !dice_.OneIn(3)) return first;
    std::vector<FileKind> others;
    std::copy_if(kinds.begin(), kinds.end(), std::back_inserter(others),
                 [first](FileKind kind) { return !OneTellsOfTheOther(first, kind); });
    DamageOne(others);
    return first;
  }
  /// Removes the messages of a shard by the engine alone, which then has them neither damaged nor missing.
  void DeleteBehindItsBack() {
    what_ = "messages deleted by the engine alone";
    rocksdb::Options options;
    std::vector<std::string> names;
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    const std::string path = path_ / "cell-0000";
    rocksdb::DB* raw = nullptr;
    rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, path, &names);
    for (const std::string& name : names) descriptors.emplace_back(name, options);
    if (status.ok()) status = rocksdb::DB::Open(options, path, descriptors, &families, &raw);
    const std::unique_ptr<rocksdb::DB> database(raw);
    for (rocksdb::ColumnFamilyHandle* const family : families) {
      if (status.ok()) status = database->DeleteRange({}, family, "\x10", "\x11");
      static_cast<void>(database->DestroyColumnFamilyHandle(family));
    }
    if (!status.ok()) throw std::runtime_error(status.ToString());
  }

  /// What was done to which store.
  std::string what() const { return fmt::format("store \"{}\": {}", source_.path.filename().string(), what_); }
  /// Empty, or what was violated.
  std::string Open(Outcomes* outcomes) {
    const auto recovery = static_cast<Recovery>(dice_.Below(3));
    const auto before = FilesOf(path_);
    StoreOptions options = SmallStore(std::make_shared<testing::ManualClock>());
    options.mode = OpenMode::kOpen;
    options.recovery = recovery;
    auto opened = Store::Open(path_, options);
    std::string violation;
    if (opened) {
      violation = Look(*opened, recovery, outcomes);
    } else {
      ++outcomes->refused;
      const std::string change = ChangeBetween(before, FilesOf(path_));
      if (!change.empty()) violation = "it is refused (" + opened.status().ToString() + "), and yet " + change;
    }
    if (violation.empty()) return "";
    return fmt::format("{}: {}", NameOf(recovery), violation);
  }

 private:
  FileKind DamageOne(std::span<const FileKind> kinds) {
    const Mutation mutation = Mutate(path_, kinds, source_.older, &dice_);
    what_ += (what_.empty() ? "" : "; ") + mutation.what;
    return mutation.kind;
  }
  std::string Look(const Store& store, Recovery recovery, Outcomes* outcomes) const {
    const Reading reading = ReadDamaged(store, source_.rows, source_.past);
    const auto report = store.LastRecovery();
    if (!report) return "it has no report: " + report.status().ToString();
    if (!reading.wrong.empty()) return reading.wrong;
    const bool told = report->salvaged && (report->lost > 0 || !report->runs_complete);
    if (reading.missing > 0 && !(recovery == Recovery::kSalvage && told)) {
      return fmt::format("{} rows are missing, and nothing says so, such as {} (report: {})", reading.missing,
                         reading.first_missing, report->Summary());
    }
    const auto verified = store.Verify();
    const bool found = !verified || !verified->ok();
    if (reading.refused > 0 && !found) {
      return fmt::format("{} rows cannot be read, and Verify finds nothing", reading.refused);
    }
    const bool reported = found || reading.refused > 0 || reading.missing > 0 || report->lost > 0 || report->salvaged;
    ++(reported ? outcomes->reported : outcomes->harmless);
    return "";
  }

  Dice dice_;
  const SourceStore& source_;
  const fs::path path_;
  std::string what_;
};

struct Board {
  std::uint64_t rounds = 0;  // begun
  std::uint64_t violations = 0;
  SharedText first_violation;
  SharedText round;                                    // the one at hand
  std::array<Outcomes, kFilesOfAStore.size()> stores;  // by FileKind
  Outcomes backups;

  void Violate(const std::string& what) {
    if (violations++ == 0) first_violation.Set(round.Get() + ": " + what);
  }
};

/// What a child does.
class Worker {
 public:
  Worker(const RigOptions& options, Board* board) : options_(options), board_(*board) {
    for (const auto& entry : fs::directory_iterator(options.directory)) fs::remove_all(entry);
    stores_ = MakeSourceStores(options.directory / "sources");
    backups_ = MakeSourceBackups(options.directory / "backups");
  }

  void Do(std::uint64_t number) {
    constexpr unsigned kPatience = 120;  // seconds, of a busy machine
    ::alarm(kPatience);
    const std::uint64_t seed = RoundSeed(options_.seed, number);
    const std::string repeat =
        fmt::format("--rig mutations --rounds 1 --seed {} repeats it", SeedToRepeat(options_.seed, number));
    const std::string violation =
        Dice(seed).OneIn(6) && !options_.canary ? OfBackups(seed, repeat) : OfAStore(seed, repeat);
    if (!violation.empty()) board_.Violate(violation);
    ::alarm(0);
  }

 private:
  std::string OfAStore(std::uint64_t seed, const std::string& repeat) {
    Round round(seed, stores_, options_.directory);
    FileKind kind = FileKind::kTable;
    if (options_.canary) {
      round.DeleteBehindItsBack();
    } else {
      kind = round.Damage(kFilesOfAStore);
    }
    board_.round.Set(fmt::format("{}, {}", repeat, round.what()));
    return round.Open(&board_.stores.at(static_cast<std::size_t>(kind)));
  }
  std::string OfBackups(std::uint64_t seed, const std::string& repeat) {
    BackupRound round(seed, backups_, options_.directory);
    board_.round.Set(fmt::format("{}, backup set: {}", repeat, round.Damage()));
    bool refused = false;
    std::string violation = round.Look(&refused);
    ++(refused ? board_.backups.refused : board_.backups.harmless);
    return violation;
  }

  const RigOptions& options_;
  Board& board_;
  std::vector<SourceStore> stores_;
  SourceBackups backups_;
};

}  // namespace

RigReport RunMutations(const RigOptions& options) {
  const Shared<Board> board;
  const auto begin = std::chrono::steady_clock::now();
  const auto goes_on = [&] {
    const bool in_time = options.time_box.count() == 0 || std::chrono::steady_clock::now() - begin < options.time_box;
    return board->rounds < options.rounds && in_time && !(options.canary && board->violations > 0);
  };
  while (goes_on()) {
    const std::uint64_t before = board->rounds;
    const std::string death = RunInChild([&] {
      Worker worker(options, &*board);
      while (goes_on()) {
        worker.Do(board->rounds++);
        options.progress(board->rounds);
      }
    });
    if (death.empty()) continue;
    board->Violate(death);
    if (board->rounds == before) break;  // it could not begin
  }
  RigReport report{.rounds = board->rounds,
                   .violations = board->violations,
                   .first_violation = board->first_violation.Get(),
                   .figures = "refused, reported, harmless:"};
  for (const FileKind kind : kFilesOfAStore) {
    const Outcomes& some = board->stores.at(static_cast<std::size_t>(kind));
    report.figures += fmt::format(" {} {}/{}/{},", NameOf(kind), some.refused, some.reported, some.harmless);
  }
  report.figures += fmt::format(" backup {}/0/{}", board->backups.refused, board->backups.harmless);
  return report;
}

}  // namespace rookery::torture
