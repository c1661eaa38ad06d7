#include "engine/rocksdb/listing.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/metadata.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include "base/file_error.h"
#include "base/macros.h"
#include "crypto/file_header.h"
#include "crypto/key_ring.h"
#include "engine/rocksdb/blob_format.h"
#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/environment.h"
#include "engine/rocksdb/keyspace_table.h"
#include "engine/rocksdb/log_reach.h"
#include "engine/rocksdb/manifest_keeper.h"
#include "engine/rocksdb/profile.h"
#include "engine/rocksdb/status_translation.h"

namespace rookery::engine {
namespace {

struct Opened {
  std::unique_ptr<rocksdb::Env> env;  // outlives the database
  std::unique_ptr<LogReach> reach;    // and so does this
  std::unique_ptr<rocksdb::DB> database;
  std::vector<Handle> handles;
};

bool CanBeRead(const std::filesystem::path& directory) {
  std::error_code error;
  const std::filesystem::directory_iterator entry(directory, error);
  return !error;
}

/// `profile` is that of `wanted`, and outlives what is opened.
Result<Opened> OpenLeniently(const std::filesystem::path& directory, const Profile& profile,
                             const RocksDbOptions& wanted) {
  RK_TRY(ReadCurrent(directory, wanted.keys.get()).status());
  Opened opened{.env = NewEnvironment(wanted, {}),
                .reach = std::make_unique<LogReach>(ListedLogs()),
                .database = nullptr,
                .handles = {}};
  rocksdb::DBOptions options = profile.database();
  options.env = opened.env.get();
  // With it a table that is missing, and a log that is damaged, are reasons not to open.
  options.paranoid_checks = false;
  // Without the logs, which it does not list: a large record that is damaged would be a reason, too.
  const std::filesystem::path no_logs = KeptDirectory(directory);
  if (CanBeRead(no_logs)) options.wal_dir = no_logs.string();
  options.wal_filter = opened.reach.get();  // which keeps nothing
  options.create_if_missing = false;
  std::vector<std::string> names;
  RK_TRY(Translate(rocksdb::DB::ListColumnFamilies(options, directory.string(), &names), "read the manifest of",
                   directory.string()));
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(names.size());
  for (const std::string& name : names) families.emplace_back(name, profile.family(names.size()));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
#if ROCKSDB_MAJOR >= 11
  std::unique_ptr<rocksdb::DB> database;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, directory.string(), families, &handles, &database);
#else
  rocksdb::DB* raw = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, directory.string(), families, &handles, &raw);
  std::unique_ptr<rocksdb::DB> database(raw);
#endif
  opened.database = std::move(database);
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    opened.handles.emplace_back(handle, HandleRelease{opened.database.get()});
  }
  RK_TRY(Translate(status, "read the manifest of", directory.string()));
  return opened;
}

void AddFilesOf(rocksdb::DB* database, rocksdb::ColumnFamilyHandle* handle, std::vector<ListedFile>* files) {
  rocksdb::ColumnFamilyMetaData family;
  database->GetColumnFamilyMetaData(handle, &family);
  for (const rocksdb::LevelMetaData& level : family.levels) {
    for (const rocksdb::SstFileMetaData& file : level.files) {
      files->push_back({.name = file.relative_filename,
                        .keyspace = family.name,
                        .keyspace_number = handle->GetID(),
                        .level = static_cast<std::uint32_t>(level.level),
                        .number = file.file_number,
                        .bytes = file.size,
                        .rows = file.num_entries,
                        .smallest = file.smallestkey,
                        .largest = file.largestkey});
    }
  }
  for (const rocksdb::BlobMetaData& file : family.blob_files) {
    std::string name = file.blob_file_name;
    name.erase(0, name.find_first_not_of('/'));
    files->push_back({.name = std::move(name),
                      .keyspace = family.name,
                      .keyspace_number = handle->GetID(),
                      .is_blob = true,
                      .number = file.blob_file_number,
                      .bytes = file.blob_file_size,
                      .rows = file.total_blob_count - std::min(file.total_blob_count, file.garbage_blob_count)});
  }
}

std::vector<FileProblem> CheckTable(const std::filesystem::path& path, FileCheck check, const RocksDbOptions& options) {
  const auto profile = Profile::Make(options);
  if (!profile) return {{.what = std::string(profile.error().message())}};
  const std::unique_ptr<rocksdb::Env> env = NewEnvironment(options, {});
  rocksdb::Options reading(profile->database(), profile->family(1));
  reading.env = env.get();
  rocksdb::SstFileReader reader(reading);
  rocksdb::Status status = reader.Open(path.string());
  const auto barred = [&] { return status.IsIOError() && !status.IsPathNotFound(); };
  if (!status.ok()) return {{.what = "it cannot be opened: " + status.ToString(), .of_access = barred()}};
  if (check == FileCheck::kOpens) return {};
  status = reader.VerifyChecksum();
  if (barred()) return {{.what = "a block cannot be read: " + status.ToString(), .of_access = true}};
  if (!status.ok()) return {{.what = "a block is damaged: " + status.ToString()}};
  return {};
}

std::vector<FileProblem> CheckBlobs(const std::filesystem::path& path, const crypto::KeyRing* keys) {
  std::vector<FileProblem> problems;
  const Status read = CheckBlobFile(path, keys, [&](const BlobDamage& damage) {
    const std::string at = " at byte " + std::to_string(damage.offset);
    problems.push_back(damage.key.empty()
                           ? FileProblem{.what = "what begins" + at + " is damaged, and rows behind it cannot be found"}
                           : FileProblem{.what = "the row" + at + " is damaged", .key = std::string(damage.key)});
  });
  if (!read.ok()) problems.push_back({.what = std::string(read.message()), .of_access = base::IsOfAccess(read)});
  return problems;
}

}  // namespace

Result<Listing> ListRocksDb(const std::filesystem::path& directory, const RocksDbOptions& options) {
  RK_ASSIGN_OR_RETURN(const Profile profile, Profile::Make(options));
  RK_ASSIGN_OR_RETURN(const Opened opened, OpenLeniently(directory, profile, options));
  Listing listing;
  for (const Handle& handle : opened.handles) {
    listing.keyspaces.push_back(handle->GetName());
    AddFilesOf(opened.database.get(), handle.get(), &listing.files);
  }
  opened.database->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &listing.oldest_log);
  listing.position = opened.database->GetLatestSequenceNumber();
  std::sort(listing.files.begin(), listing.files.end(),
            [](const ListedFile& a, const ListedFile& b) { return a.number < b.number; });
  return listing;
}

std::vector<FileProblem> CheckListedFile(const std::filesystem::path& directory, const ListedFile& file,
                                         FileCheck check, const RocksDbOptions& options) {
  const std::filesystem::path path = directory / file.name;
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory) return {{.what = "it is not there"}};
  if (error) return {{.what = "it cannot be looked at: " + error.message(), .of_access = true}};
  const std::uint64_t wanted = file.bytes + (options.keys != nullptr ? crypto::kHeaderBytes : 0);
  if (bytes != wanted) {
    return {{.what = "it has " + std::to_string(bytes) + " bytes, and should have " + std::to_string(wanted)}};
  }
  if (check == FileCheck::kSize) return {};
  if (!file.is_blob) return CheckTable(path, check, options);
  return check == FileCheck::kOpens ? std::vector<FileProblem>() : CheckBlobs(path, options.keys.get());
}

}  // namespace rookery::engine
