// Salvage: the store's own directory first, then each cell that its catalog names, each into a directory of its own.
#include <algorithm>
#include <system_error>
#include <utility>

#include "assembly/encryption.h"
#include "assembly/lock_file.h"
#include "assembly/open.h"
#include "assembly/replace_file.h"
#include "assembly/salvage_copy.h"
#include "assembly/salvage_source.h"
#include "assembly/salvaged_catalog.h"
#include "assembly/store_examination.h"
#include "assembly/unfinished_store.h"
#include "base/macros.h"
#include "base/text.h"
#include "codec/catalog_format.h"
#include "codec/cell_rows.h"
#include "rookery/doctor.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;
using assembly::SalvagedCatalog;
using assembly::SalvageSource;

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// What is made of one cell.
struct Cell {
  fs::path from;
  fs::path to;
  std::string name;
  const assembly::CellOf* mark = nullptr;  // null: the main one
  std::size_t memory = std::size_t{256} << 20;
  assembly::IsLeft is_left = nullptr;  // null: its own catalog says
};

/// How the new store is encrypted.
std::optional<EncryptionOptions> NewEncryption(const SalvageOptions& options) {
  if (options.in_clear) return std::nullopt;
  return options.new_encryption ? options.new_encryption : options.encryption;
}

/// Nothing that a message weighs is a reason not to copy it.
StoreOptions OptionsForCopy(const Cell& cell, const SalvageOptions& options) {
  StoreOptions result = assembly::OptionsForDoctor(options.logger);
  result.memory = cell.memory;
  result.limits = {.max_content_bytes = std::size_t{1} << 30,
                   .max_attributes = 4096,
                   .max_attribute_bytes = std::size_t{64} << 20,
                   .max_attachment_bytes = std::uint64_t{64} << 30,
                   .max_attachments = 10'000};
  result.write_timeout = std::chrono::minutes{1};
  result.encryption = NewEncryption(options);
  return result;
}

/// Puts rows into the catalog of a store that nobody has open.
Status WriteCatalog(const fs::path& store, const StoreOptions& options,
                    const std::map<std::string, std::string>& rows) {
  const assembly::StoreDirectory directory(store);
  RK_ASSIGN_OR_RETURN(const assembly::Identity identity, directory.ReadIdentity());
  RK_ASSIGN_OR_RETURN(const auto keys, assembly::KeysOfStore(directory, identity, options.encryption));
  RK_ASSIGN_OR_RETURN(
      const auto engine,
      engine::OpenRocksDbEngine(directory.engine_path(),
                                assembly::EngineOptionsOf(options, engine::RocksDbOptions::Mode::kOpen, keys)));
  const auto catalog = engine->FindKeyspace(codec::kCatalogKeyspace);
  if (!catalog) return {StatusCode::kCorruption, store.string() + " has no catalog"};
  const auto batch = engine->NewBatch();
  for (const auto& [key, value] : rows) batch->Put(*catalog, key, value);
  RK_TRY(engine->Write(*batch, /*sync=*/true));
  return engine->Close();
}

/// An empty store that routes as the old one did.
Status MakeStore(const Cell& cell, const StoreOptions& options, const SalvageSource& source,
                 const SalvagedCatalog& catalog, SalvageReport* report) {
  StoreOptions wanted = options;
  wanted.mode = OpenMode::kCreate;
  wanted.routing = HashRouting{.shards = catalog.shards()};
  if (source.identity()) {
    wanted.ids.epoch = source.identity()->epoch;
  } else {
    report->notes.push_back("cell " + cell.name +
                            ": the identity file is lost, and with it since when ids count; 1990 is taken");
  }
  const auto width = catalog.bucket_width();
  if (width) wanted.bucket_width = std::chrono::duration_cast<std::chrono::minutes>(*width);
  {
    RK_ASSIGN_OR_RETURN(const auto opened, assembly::OpenStore(cell.to, wanted, cell.mark));
    RK_TRY(opened.impl->Close());
  }
  std::map<std::string, std::string> rows = catalog.rows();
  std::erase_if(rows, [](const auto& row) { return row.first.starts_with(codec::kCellChannelPrefix); });
  return WriteCatalog(cell.to, options, rows);
}

Status CopyShards(const Cell& cell, const StoreOptions& options, const SalvageOptions& wishes,
                  const engine::Engine& from, const SalvagedCatalog& catalog, SalvageReport* report) {
  StoreOptions wanted = options;
  wanted.mode = OpenMode::kOpen;
  RK_ASSIGN_OR_RETURN(const auto opened, assembly::OpenStore(cell.to, wanted, cell.mark));
  const auto of_catalog = [&](const std::string& channel) { return catalog.IsRemains(cell.name, channel); };
  const assembly::SalvageCopy::Parts parts{.from = from,
                                           .catalog = catalog,
                                           .to = *opened.impl,
                                           .cell = cell.name,
                                           .is_left = cell.is_left ? cell.is_left : of_catalog,
                                           .options = wishes,
                                           .report = *report};
  for (const std::string& name : from.ListKeyspaces()) {
    const auto shard = assembly::ShardOfKeyspace(name);
    if (shard) RK_TRY(assembly::SalvageCopy(parts, *shard, *from.FindKeyspace(name)).Run());
  }
  RK_TRY(opened.impl->Sync());
  return opened.impl->Close();
}

/// Null: it is not encrypted.
Result<std::shared_ptr<const crypto::KeyRing>> KeysOfSource(const Cell& cell, const SalvageOptions& options,
                                                            SalvageReport* report) {
  const assembly::StoreDirectory directory(cell.from);
  const auto read = directory.ReadIdentity();
  const std::optional<assembly::Identity> identity = read ? std::optional(*read) : std::nullopt;
  RK_ASSIGN_OR_RETURN(const assembly::KeysOfRemains found,
                      assembly::FindKeysOfRemains(directory, identity, options.encryption));
  if (found.encrypted && found.keys == nullptr) {
    return assembly::NoKeyGiven(directory, found.missing.empty() ? identity->key_id : found.missing.front().key_id);
  }
  for (const assembly::KeysOfRemains::Missing& key : found.missing) {
    report->notes.push_back("cell " + cell.name + ": " + std::to_string(key.files) + " files, such as " + key.example +
                            ", need key " + key.key_id + ", which was not given: what they hold is missing");
  }
  return found.keys;
}

Result<SalvagedCatalog> SalvageCell(const Cell& cell, const fs::path& scratch, const SalvageOptions& options,
                                    SalvageReport* report) {
  const StoreOptions wanted = OptionsForCopy(cell, options);
  const auto lock = assembly::LockFile::Watch(assembly::StoreDirectory(cell.from).lock_path());
  if (!lock && lock.error().code() != StatusCode::kNotFound) return lock.error();
  RK_ASSIGN_OR_RETURN(auto keys, KeysOfSource(cell, options, report));
  const engine::RocksDbOptions engine =
      assembly::EngineOptionsOf(wanted, engine::RocksDbOptions::Mode::kReadOnly, std::move(keys));
  RK_ASSIGN_OR_RETURN(const auto source, SalvageSource::Open(cell.from, scratch, cell.name, engine, report));
  RK_ASSIGN_OR_RETURN(SalvagedCatalog catalog, SalvagedCatalog::Read(source->engine(), cell.name, report));
  RK_TRY(MakeStore(cell, wanted, *source, catalog, report));
  RK_TRY(CopyShards(cell, wanted, options, source->engine(), catalog, report));
  return catalog;
}

void LoseCell(const std::string& name, std::string cause, SalvageReport* report) {
  LostRange all;
  all.cell = name;
  all.cause = std::move(cause);
  report->ranges.push_back(std::move(all));
}

/// Makes the other cells, and tells the main one of them.
Status SalvageOthers(const fs::path& source, const fs::path& destination, const fs::path& scratch,
                     const SalvagedCatalog& main, const SalvageOptions& options, SalvageReport* report) {
  RK_ASSIGN_OR_RETURN(const assembly::Identity identity, assembly::StoreDirectory(destination).ReadIdentity());
  RK_TRY(assembly::MakeDirectory(destination / "cells"));
  std::map<std::string, std::string> rows;
  for (codec::CellRow row : main.cells()) {
    const assembly::CellOf mark{.mark = {.name = row.name, .store_id = identity.store_id},
                                .store_id = {},
                                .admission = nullptr,
                                .quota_bytes = 0};
    const Cell cell{.from = (source / row.directory).lexically_normal(),
                    .to = destination / "cells" / row.name,
                    .name = row.name,
                    .mark = &mark,
                    .memory = row.memory,
                    .is_left = [&](const std::string& channel) { return main.IsRemains(row.name, channel); }};
    const auto salvaged = SalvageCell(cell, scratch, options, report);
    // Neither is a fault of the cell's.
    const StatusCode code = salvaged ? StatusCode::kOk : salvaged.error().code();
    if (code == StatusCode::kInterrupted || code == StatusCode::kNoSpace) return salvaged.error();
    if (!salvaged) LoseCell(row.name, std::string(salvaged.error().message()), report);
    const auto made = assembly::StoreDirectory(cell.to).ReadIdentity();
    if (!made) continue;
    if (!row.overrides.empty()) {
      report->notes.push_back("cell " + row.name + ": options of its engine are not taken over");
      row.overrides.clear();
    }
    row.store_id = made->store_id;
    row.directory = "cells/" + row.name;
    rows[codec::CellKey(row.name)] = codec::EncodeCell(row);
  }
  for (const auto& [key, name] : main.rows()) {
    const bool is_made =
        key.starts_with(codec::kCellChannelPrefix) && (name == kMainCell || rows.contains(codec::CellKey(name)));
    if (is_made) rows[key] = name;
  }
  return WriteCatalog(destination, OptionsForCopy({}, options), rows);
}

bool Holds(const LostRange& range, std::string_view channel, MessageId id) {
  if (!range.messages) return false;
  if (!range.first_channel.empty()) {
    if (channel < range.first_channel) return false;
    if (channel == range.first_channel && range.first.valid() && id > range.first) return false;
  }
  if (!range.last_channel.empty()) {
    if (channel > range.last_channel) return false;
    if (channel == range.last_channel && range.last.valid() && id < range.last) return false;
  }
  return true;
}

bool Holds(const LostRun& run, std::string_view channel, MessageId id) {
  constexpr std::size_t kKnownBytes = 78;  // of a name, at least; what is longer was cut
  const bool is_cut = run.channel.size() >= kKnownBytes;
  const bool same = is_cut ? channel.starts_with(std::string_view(run.channel).substr(0, run.channel.find('\0')))
                           : channel == run.channel;
  return same && run.kind != LostRun::Kind::kRecords && run.first <= id && id <= run.last;
}

}  // namespace

bool SalvageReport::MayHaveLost(std::string_view channel, MessageId id) const {
  return std::ranges::any_of(ranges, [&](const LostRange& range) { return Holds(range, channel, id); }) ||
         std::ranges::any_of(runs, [&](const LostRun& run) { return Holds(run, channel, id); });
}

Result<SalvageReport> Salvage(const fs::path& source, const fs::path& destination, const SalvageOptions& options) {
  if (!Exists(assembly::StoreDirectory(source).engine_path())) {
    return Status(StatusCode::kNotAStore, source.string() + " has no directory cell-0000: there is nothing to salvage");
  }
  if (Exists(destination)) {
    return Status(StatusCode::kAlreadyExists,
                  destination.string() + " is there already; name a directory that does not exist");
  }
  if (options.in_clear && options.new_encryption) {
    return Status(StatusCode::kInvalidArgument, "new_encryption and in_clear exclude each other; give one of them");
  }
  RK_ASSIGN_OR_RETURN(const auto made,
                      assembly::UnfinishedStore::Begin(destination, assembly::UnfinishedStore::kSalvage));
  const fs::path store = made->store();
  const fs::path scratch = made->scratch();
  SalvageReport report;
  const Cell main{.from = source, .to = store, .name = std::string(kMainCell)};
  RK_ASSIGN_OR_RETURN(const SalvagedCatalog catalog, SalvageCell(main, scratch, options, &report));
  if (!catalog.cells().empty()) RK_TRY(SalvageOthers(source, store, scratch, catalog, options, &report));
  RK_TRY(made->Finish());
  return report;
}

}  // namespace rookery
