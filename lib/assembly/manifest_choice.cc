#include "assembly/manifest_choice.h"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "assembly/system_error.h"
#include "base/file_error.h"
#include "base/macros.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/kept_manifest.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/manifest_keeper.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;

/// What can be said of a file without trying it.
struct Look {
  enum class State : std::uint8_t {
    kMissing,
    kUnfinished,  // it has no record
    kTorn,        // it ends in half a record, as a crash leaves it
    kWhole,
    kDamaged,
    kBarred,  // the system does not let it be read
  };
  State state = State::kMissing;
  std::string words = {};

  bool usable() const { return state == State::kWhole || state == State::kTorn; }
  bool lost() const { return state == State::kDamaged || state == State::kBarred; }
};

Look LookAt(const fs::path& path, const crypto::KeyRing* keys) {
  const auto read = engine::ReadLog(path, keys, {});
  if (!read && read.error().code() == StatusCode::kNotFound) return {};
  if (!read) {
    const bool barred = base::IsOfAccess(read.error());
    return {barred ? Look::State::kBarred : Look::State::kDamaged, std::string(read.error().message())};
  }
  if (!read->damages.empty() || !read->torn) return {Look::State::kDamaged, path.string() + " is damaged"};
  if (read->records == 0) return {Look::State::kUnfinished, path.string() + " is empty"};
  return {read->end == read->bytes ? Look::State::kWhole : Look::State::kTorn};
}

class Chooser {
 public:
  Chooser(const fs::path& engine, const ScratchEngine& scratch, const engine::RocksDbOptions& options)
      : engine_(engine), kept_(engine::KeptDirectory(engine)), scratch_(scratch), options_(options) {}

  Result<ManifestChoice> Run() {
    RK_ASSIGN_OR_RETURN(const std::vector<std::string> names, FindNames());
    for (const std::string& name : names) RK_TRY(Take(name));
    return std::move(choice_);
  }

 private:
  Result<std::vector<std::string>> FindNames() {
    std::error_code error;
    std::vector<std::string> names = ManifestNamesIn(engine_, &error);
    if (error) return SystemError(error.value(), "cannot read", engine_);
    const std::vector<std::string> kept = ManifestNamesIn(kept_, &error);
    if (error && error != std::errc::no_such_file_or_directory) {
      choice_.lost.push_back({"", "cannot read " + kept_.string() + ": " + error.message(), true});
    }
    names.insert(names.end(), kept.begin(), kept.end());
    for (const fs::path& directory : {engine_, kept_}) {
      auto named = engine::ReadCurrent(directory, options_.keys.get());
      if (!named) continue;
      names.push_back(*named);
      if (directory == engine_) named_ = *std::move(named);
    }
    std::sort(names.begin(), names.end(), engine::IsOlderManifest);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  Status Take(const std::string& name) {
    const Look own = LookAt(engine_ / name, options_.keys.get());
    const Look copy = LookAt(kept_ / name, options_.keys.get());
    // The original is newer than its copy, unless it has lost something.
    const bool own_first = own.state == Look::State::kWhole && engine::BeginsWith(engine_ / name, kept_ / name);
    std::vector<fs::path> order;
    if (own.usable()) order.push_back(engine_);
    if (copy.usable()) order.insert(own_first ? order.end() : order.begin(), kept_);
    for (const Look& look : {own, copy}) {
      if (look.lost()) choice_.lost.push_back({name, look.words, look.state == Look::State::kBarred});
    }
    for (const fs::path& directory : order) {
      RK_ASSIGN_OR_RETURN(const bool taken, Try(directory, name));
      if (taken) return {};
    }
    if (own.state == Look::State::kMissing && copy.state == Look::State::kMissing) {
      choice_.lost.push_back({name, (engine_ / name).string() + " is not there", false});
    }
    return {};
  }

  /// False: RocksDB cannot read it. Then it was never finished: what says so comes last.
  Result<bool> Try(const fs::path& directory, const std::string& name) {
    RK_TRY(scratch_.UseManifest(directory, name, options_.keys.get()));
    auto listing = engine::ListRocksDb(scratch_.directory(), options_);
    if (!listing && base::IsOfAccess(listing.error())) return listing.error();
    if (!listing) return false;
    FoundManifest found{.directory = directory, .name = name, .listing = *std::move(listing)};
    if (!choice_.best || RankOf(*choice_.best) <= RankOf(found)) choice_.best = std::move(found);
    return true;
  }

  /// Of the better one it is higher. Of two by which tables have come as far, one may name tables that were removed.
  std::tuple<std::uint64_t, bool, bool> RankOf(const FoundManifest& found) const {
    std::error_code error;
    const bool all_there = std::ranges::all_of(
        found.listing.files, [&](const engine::ListedFile& file) { return fs::exists(engine_ / file.name, error); });
    return {found.listing.position, all_there, found.name == named_};
  }

  const fs::path engine_;
  const fs::path kept_;
  const ScratchEngine& scratch_;
  const engine::RocksDbOptions& options_;
  std::string named_;  // by CURRENT
  ManifestChoice choice_;
};

std::string Joined(const std::vector<LostManifest>& lost, const std::string& newer_than) {
  std::string words;
  for (const LostManifest& one : lost) {
    const bool newer = newer_than.empty() || one.name.empty() || engine::IsOlderManifest(newer_than, one.name);
    if (newer) words += (words.empty() ? "" : "; ") + one.words;
  }
  return words;
}

}  // namespace

std::string ManifestChoice::NewerLost() const { return best ? Joined(lost, best->name) : AllLost(); }

std::string ManifestChoice::AllLost() const { return Joined(lost, ""); }

bool ManifestChoice::is_barred() const {
  return std::ranges::any_of(lost, [](const LostManifest& one) { return one.of_access; });
}

Result<ManifestChoice> ChooseManifest(const fs::path& engine, const ScratchEngine& scratch,
                                      const engine::RocksDbOptions& options) {
  return Chooser(engine, scratch, options).Run();
}

std::vector<std::string> ManifestNamesIn(const fs::path& directory, std::error_code* error) {
  std::vector<std::string> names;
  error->clear();
  for (fs::directory_iterator entry(directory, *error); !*error && entry != fs::directory_iterator();
       entry.increment(*error)) {
    std::string name = entry->path().filename().string();
    if (engine::ManifestNamedIn(name + "\n")) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end(), engine::IsOlderManifest);
  return names;
}

bool HasWholeManifest(const fs::path& engine, const crypto::KeyRing* keys) {
  std::error_code error;
  for (const fs::path& directory : {engine, engine::KeptDirectory(engine)}) {
    for (const std::string& name : ManifestNamesIn(directory, &error)) {
      if (LookAt(directory / name, keys).usable()) return true;
    }
  }
  return false;
}

}  // namespace rookery::assembly
