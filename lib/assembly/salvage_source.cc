#include "assembly/salvage_source.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "assembly/manifest_choice.h"
#include "assembly/recovery.h"
#include "assembly/witness_file.h"
#include "base/macros.h"
#include "base/text.h"
#include "codec/key_format.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/listing.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/log_survey.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;
using codec::KeyKind;

/// The logs of `names`, oldest first, by what is in them: where two were exchanged, each is in the other's place. One
/// without a record stays where it is.
std::vector<std::string> ByContent(const fs::path& engine, std::vector<std::string> names,
                                   const crypto::KeyRing* keys) {
  std::vector<std::size_t> places;
  std::vector<std::pair<std::uint64_t, std::string>> logs;
  for (std::size_t place = 0; place < names.size(); ++place) {
    std::uint64_t first = 0;
    const auto look = [&](std::string_view record) {
      const auto entries = engine::EntriesOf(record);
      if (first == 0 && entries && entries->count > 0) first = entries->first;
    };
    static_cast<void>(engine::ReadLog(engine / names[place], keys, {.record = look, .damage = {}}));
    if (first == 0) continue;
    places.push_back(place);
    logs.emplace_back(first, names[place]);
  }
  std::stable_sort(logs.begin(), logs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < places.size(); ++i) names[places[i]] = logs[i].second;
  return names;
}

std::string CauseOf(const std::string& file, const std::string& what) { return file + ": " + what; }

}  // namespace

std::optional<ShardId> ShardOfKeyspace(std::string_view keyspace) {
  constexpr std::string_view kStart = "shard-";
  if (!keyspace.starts_with(kStart)) return std::nullopt;
  std::uint32_t number = 0;
  const std::string_view digits = keyspace.substr(kStart.size());
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return ShardId{number};
}

LostRange RangeOf(std::string_view first_key, std::string_view last_key) {
  LostRange range;
  const auto first = codec::DecodeKey(first_key);
  const auto last = codec::DecodeKey(last_key);
  range.messages = !first || first->kind == KeyKind::kMessage;
  if (first) range.first_channel = first->channel;
  if (first && first->kind == KeyKind::kMessage) range.first = first->id;
  // Behind messages come rows of other kinds: then every channel behind the first may have lost messages.
  const bool ends_among_messages = last && last->kind == KeyKind::kMessage;
  if (last && (ends_among_messages || !range.messages)) range.last_channel = last->channel;
  if (ends_among_messages) range.last = last->id;
  return range;
}

LostRange RangeBetween(std::string_view after, std::string_view before) {
  LostRange range = RangeOf(after, before);
  if (range.first.valid()) range.first = MessageId{range.first.value - 1};
  if (range.last.valid()) range.last = MessageId{range.last.value + 1};
  return range;
}

Result<std::unique_ptr<SalvageSource>> SalvageSource::Open(const fs::path& path, const fs::path& scratch,
                                                           const std::string& cell,
                                                           const engine::RocksDbOptions& options,
                                                           SalvageReport* report) {
  const StoreDirectory directory(path);
  RK_ASSIGN_OR_RETURN(ScratchEngine links, ScratchEngine::Make(scratch, directory.engine_path()));
  std::unique_ptr<SalvageSource> source(new SalvageSource(path, cell, options, std::move(links), report));
  if (auto identity = directory.ReadIdentity()) source->identity_ = *std::move(identity);
  RK_TRY(source->UseManifest());
  RK_TRY(source->LeaveOutTables());
  RK_TRY(source->WriteLogs());
  engine::RocksDbOptions reading = options;
  reading.mode = engine::RocksDbOptions::Mode::kReadOnly;
  RK_ASSIGN_OR_RETURN(source->engine_, engine::OpenRocksDbEngine(source->scratch_.directory(), reading));
  source->ReportLosses();
  return source;
}

Status SalvageSource::UseManifest() {
  const fs::path engine = directory_.engine_path();
  RK_ASSIGN_OR_RETURN(const ManifestChoice choice, ChooseManifest(engine, scratch_, options_));
  if (!choice.best) {
    const std::string lost = choice.AllLost();
    return {StatusCode::kCorruption, "there is no manifest by which the tables could be read. " +
                                         (lost.empty() ? std::string() : lost + ". ") +
                                         "Put CURRENT and MANIFEST back, or restore the store from a backup"};
  }
  manifest_ = choice.best->path();
  const auto named = engine::ReadCurrent(engine, keys());
  if (!named) {
    report_.notes.push_back("read by " + manifest_.string() + ": " + std::string(named.error().message()));
  } else if (manifest_ != engine / *named) {
    report_.notes.push_back("read by " + manifest_.string() + ", and not by " + (engine / *named).string() +
                            ", which CURRENT names: it is older, damaged or lost");
  }
  if (const std::string newer = choice.NewerLost(); !newer.empty()) {
    LostRange range;
    range.cell = cell_;
    range.cause = "read by " + manifest_.string() + ", which is older than what is lost: " + newer +
                  ". What came into tables since is missing, and nobody knows of which channels";
    range.stale = true;
    report_.ranges.push_back(std::move(range));
  }
  return scratch_.UseManifest(choice.best->directory, choice.best->name, keys());
}

Status SalvageSource::LeaveOutTables() {
  RK_ASSIGN_OR_RETURN(const engine::Listing listing, engine::ListRocksDb(scratch_.directory(), options_));
  std::vector<engine::ListedFile> left_out;
  for (const engine::ListedFile& file : listing.files) {
    const auto problems = engine::CheckListedFile(scratch_.directory(), file, engine::FileCheck::kOpens, options_);
    if (problems.empty()) continue;
    const std::string cause = CauseOf(file.name, problems.front().what);
    if (file.is_blob) {
      report_.notes.push_back(cause + "; its large rows are missing, as named below");
      continue;
    }
    left_out.push_back(file);
    const auto shard = ShardOfKeyspace(file.keyspace);
    if (!shard) {
      report_.notes.push_back(cause + "; it had rows of " + file.keyspace);
      continue;
    }
    LostRange range = RangeOf(file.smallest, file.largest);
    range.cell = cell_;
    range.shard = *shard;
    range.cause = cause;
    range.stale = true;
    report_.ranges.push_back(std::move(range));
  }
  if (left_out.empty()) return {};
  return scratch_.UseManifest(manifest_.parent_path(), manifest_.filename().string(), keys(), left_out);
}

Status SalvageSource::WriteLogs() {
  const fs::path engine = directory_.engine_path();
  const std::vector<std::string> names = engine::LogNamesIn(engine);
  const std::vector<std::string> sources = ByContent(engine, names, keys());
  std::uint64_t next = 0;  // RocksDB takes positions only as they rise
  for (std::size_t i = 0; i < names.size(); ++i) {
    RK_ASSIGN_OR_RETURN(engine::LogWriter writer, engine::LogWriter::Create(scratch_.directory() / names[i], keys()));
    const auto add = [&](std::string_view record) {
      const auto entries = engine::EntriesOf(record);
      if (entries && entries->count > 0 && entries->first < next) return;
      if (entries) next = std::max(next, entries->first + entries->count);
      writer.Add(record);
    };
    const auto read = engine::ReadLog(engine / sources[i], keys(), {.record = add, .damage = {}});
    if (!read) report_.notes.push_back(CauseOf(sources[i], std::string(read.error().message())));
    RK_TRY(writer.Finish());
  }
  if (!names.empty()) return {};
  report_.notes.emplace_back("there is no log: what it had is lost");
  RK_ASSIGN_OR_RETURN(engine::LogWriter writer, engine::LogWriter::Create(scratch_.directory() / "000001.log", keys()));
  return writer.Finish();
}

void SalvageSource::ReportLosses() {
  const fs::path engine = directory_.engine_path();
  // Whether one that is missing is needed says the manifest by which it is read.
  const engine::ListedLogs listed = engine::ReadLogList(engine);
  engine::ListedLogs missing = engine::FindLostLogs(engine, listed);
  if (const auto listing = engine::ListRocksDb(scratch_.directory(), options_); listing && !missing.empty()) {
    std::erase_if(missing, [&](const auto& log) { return log.first < listing->oldest_log; });
  }
  const engine::LogSurvey survey = engine::SurveyLogs(engine, keys(), missing, listed);
  std::optional<Testimony> testimony;
  if (identity_) {
    auto read = WitnessFile::Read(directory_.witness_path(), identity_->store_id, keys());
    if (read) testimony = *std::move(read);
  }
  if (!testimony) report_.notes.emplace_back("there is no witness: what a log may have lost at its end is not known");
  const auto lost = [&](const std::string& where, std::uint64_t first, std::uint64_t last) {
    if (last < first) return;
    RecoveryReport within;
    if (testimony && !testimony->closed) within = Between(*testimony, first, last);
    const bool known = !within.runs.empty() && within.runs_complete;
    for (LostRun& run : within.runs) report_.runs.push_back(std::move(run));
    if (!known) ReportUnknownWrites(where, first, last);
  };
  for (const engine::LogLoss& loss : survey.losses) {
    if (loss.kind != engine::LogLoss::Kind::kDamaged) report_.notes.push_back(engine::WordsFor(loss));
    if (loss.kind == engine::LogLoss::Kind::kMisplaced) continue;
    // Of what was at the end the witness knows how much it was, and that is looked at below.
    if (loss.last) lost(loss.name, loss.first, *loss.last);
    if (!loss.last && !testimony) ReportUnknownWrites(loss.name, loss.first, loss.first);
  }
  if (testimony) lost("the log", engine_->position() + 1, testimony->applied);
}

void SalvageSource::ReportUnknownWrites(const std::string& where, std::uint64_t first, std::uint64_t last) {
  LostRange range;
  range.cell = cell_;
  range.cause = where + " lost the writes of position " + std::to_string(first) + " to " + std::to_string(last) +
                ", and nobody knows of which channels";
  report_.ranges.push_back(std::move(range));
}

}  // namespace rookery::assembly
