// Damages a file of a store, or two, and opens it.
//
// What must hold, whatever was damaged and however it is opened:
//   - an opening that is refused leaves every byte of the directory as it was, but for the lock and its holder's name;
//   - what can be read is right: no other text, no row that was deleted or never was;
//   - what is not there is damaged and says so when it is read, and Verify finds it. Only with Recovery::kSalvage rows
//     may be missing, if the report counts them or says that nobody can.
// Not done: two files of which one says what the other has to have, as then nobody can know what there was: the witness
// and any other, or a kept copy and what it is a copy or a list of; and logs before the newest one.
#include "tests/torture/mutations.h"

#include <fmt/format.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/support/manual_clock.h"
#include "tests/torture/mutation.h"
#include "tests/torture/reading.h"
#include "tests/torture/source_stores.h"

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
      : seed_(seed), dice_(seed), source_(sources[dice_.Below(sources.size())]), path_(directory / "store") {
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
    return fmt::format("round seed {}, store \"{}\", {}: {}: {}", seed_, source_.path.filename().string(),
                       NameOf(recovery), what_, violation);
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

  const std::uint64_t seed_;
  Dice dice_;
  const SourceStore& source_;
  const fs::path path_;
  std::string what_;
};

}  // namespace

RigReport RunMutations(const RigOptions& options) {
  const std::vector<SourceStore> sources = MakeSourceStores(options.directory / "sources");
  RigReport report;
  std::map<FileKind, Outcomes> outcomes;
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t number = 0; number < options.rounds; ++number) {
    if (options.time_box.count() > 0 && std::chrono::steady_clock::now() - begin > options.time_box) break;
    Round round(RoundSeed(options.seed, number), sources, options.directory);
    FileKind kind = FileKind::kTable;
    if (options.canary) {
      round.DeleteBehindItsBack();
    } else {
      kind = round.Damage(kFilesOfAStore);
    }
    std::string violation = round.Open(&outcomes[kind]);
    ++report.rounds;
    if (!violation.empty()) report.Violate(std::move(violation));
    options.progress(report.rounds);
  }
  report.figures = "refused, reported, harmless:";
  for (const auto& [kind, some] : outcomes) {
    report.figures += fmt::format("{} {} {}/{}/{}", kind == outcomes.begin()->first ? "" : ",", NameOf(kind),
                                  some.refused, some.reported, some.harmless);
  }
  return report;
}

}  // namespace rookery::torture
