#include "engine/rocksdb/rocksdb_intake.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <map>
#include <utility>
#include <vector>

#include "base/macros.h"
#include "engine/failed_cursor.h"
#include "engine/rocksdb/rocksdb_scratch_file.h"
#include "engine/rocksdb/rocksdb_table.h"
#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{1000};

std::string IntakeDirectory(const std::string& database_directory) { return database_directory + "/bulk-load"; }

/// As the level above the last one is: packing for the last one took more than half of a load's time.
void PackAsYoungFiles(rocksdb::Options* options) {
  options->bottommost_compression = rocksdb::kDisableCompressionOption;
}

class RocksIntake final : public Intake {
 public:
  explicit RocksIntake(const RocksIntakeParts& parts) : parts_(parts), directory_(IntakeDirectory(parts.directory)) {}
  ~RocksIntake() override {
    RemoveIntakeDirectory(&parts_.env, parts_.directory);
    parts_.open->store(false);
  }

  Status Prepare() {
    RemoveIntakeDirectory(&parts_.env, parts_.directory);
    return Translate(parts_.env.CreateDirIfMissing(directory_), "make the directory for bulk loads in",
                     parts_.directory);
  }

  Result<std::unique_ptr<ScratchFile>> NewScratchFile() override {
    return RocksScratchFile::Create(&parts_.env, NewName(".run"), parts_.directory);
  }

  Result<std::unique_ptr<SortedTable>> NewTable(KeyspaceId keyspace, Packing packing) override {
    rocksdb::ColumnFamilyHandle* const family = parts_.keyspaces.Find(keyspace);
    if (family == nullptr) return NoSuchKeyspace(keyspace);
    rocksdb::Options options = parts_.database->GetOptions(family);
    if (packing == Packing::kFast) PackAsYoungFiles(&options);
    return RocksTable::Create({.options = std::move(options),
                               .family = family,
                               .keyspace = keyspace,
                               .path = NewName(".sst"),
                               .directory = parts_.directory});
  }

  Status Ingest(std::span<const std::unique_ptr<SortedTable>> tables) override;

 private:
  std::string NewName(const char* extension) {
    return directory_ + "/" + std::to_string(next_number_.fetch_add(1)) + extension;
  }

  const RocksIntakeParts parts_;
  const std::string directory_;
  std::atomic<std::uint64_t> next_number_{1};
};

Status RocksIntake::Ingest(std::span<const std::unique_ptr<SortedTable>> tables) {
  RK_TRY(parts_.write_failure->first());
  std::map<KeyspaceId, rocksdb::IngestExternalFileArg> by_keyspace;
  for (const auto& table : tables) {
    auto& rocks_table = static_cast<RocksTable&>(*table);
    rocks_table.CloseReader();
    rocksdb::IngestExternalFileArg& arguments = by_keyspace[rocks_table.keyspace()];
    arguments.column_family = parts_.keyspaces.Find(rocks_table.keyspace());
    if (arguments.column_family == nullptr) return NoSuchKeyspace(rocks_table.keyspace());
    arguments.external_files.push_back(rocks_table.path());
    arguments.options.move_files = true;
    arguments.options.write_global_seqno = false;  // what only versions before 5.16 need, and costs a sync a file
  }
  std::vector<rocksdb::IngestExternalFileArg> all;
  for (auto& [keyspace, arguments] : by_keyspace) all.push_back(std::move(arguments));
  if (all.empty()) return {};
  RK_TRY(parts_.write_failure->Note(
      Translate(parts_.database->IngestExternalFiles(all), "take bulk-loaded files into", parts_.directory)));
  // No log has them: an older manifest would be without them.
  parts_.keeper.Keep();
  return {};
}

}  // namespace

Result<std::unique_ptr<Intake>> OpenRocksIntake(const RocksIntakeParts& parts) {
  if (parts.open->exchange(true)) {
    return Status(StatusCode::kBusy, "a bulk load into " + parts.directory + " is under way; finish or cancel it first")
        .WithRetryAfter(kRetryAfter);
  }
  auto intake = std::make_unique<RocksIntake>(parts);
  RK_TRY(intake->Prepare());
  return std::unique_ptr<Intake>(std::move(intake));
}

void RemoveIntakeDirectory(rocksdb::Env* env, const std::string& database_directory) {
  const std::string directory = IntakeDirectory(database_directory);
  std::vector<std::string> names;
  if (!env->GetChildren(directory, &names).ok()) return;
  for (const std::string& name : names) env->DeleteFile(directory + "/" + name).PermitUncheckedError();
  env->DeleteDir(directory).PermitUncheckedError();
}

}  // namespace rookery::engine
