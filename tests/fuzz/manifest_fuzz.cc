// The files of a database that RocksDB is asked to read leniently, MANIFEST and OPTIONS: whatever they hold, the
// doctor's listing is an answer or an error, and nothing of the database is changed.

#include "engine/rocksdb/current_file.h"
#include "engine/rocksdb/data_writer.h"
#include "engine/rocksdb/listing.h"
#include "engine/rocksdb/log_format.h"
#include "engine/rocksdb/manifest_edit.h"
#include "engine/rocksdb/options_file.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/file_bytes.h"
#include "tests/support/temp_dir.h"

using rookery::testing::FuzzCheck;

namespace engine = rookery::engine;
namespace fs = std::filesystem;
using rookery::testing::BytesOf;
using rookery::testing::WriteBytes;

namespace {

engine::RocksDbOptions Options() {
  engine::RocksDbOptions options;
  options.prefix = {"fuzz", [](std::string_view) { return std::size_t{0}; }};
  options.block_cache_bytes = std::size_t{1} << 20;
  options.write_buffer_bytes = std::size_t{1} << 20;
  return options;
}

/// A small database, made once.
class Database {
 public:
  Database() {
    engine::RocksDbOptions options = Options();
    options.mode = engine::RocksDbOptions::Mode::kCreate;
    auto made = engine::OpenRocksDbEngine(path(), options).value();
    FuzzCheck(made->CreateKeyspaces(std::vector<std::string>{"shard-0000"}).ok(), "a keyspace can be made");
    const auto batch = made->NewBatch();
    batch->Put(*made->FindKeyspace("shard-0000"), "key", "value");
    FuzzCheck(made->Write(*batch, false).ok() && made->Close().ok(), "a row can be written");
    manifest_ = path() / engine::ReadCurrent(path(), nullptr).value();
    for (const auto& entry : fs::directory_iterator(path())) {
      if (entry.path().filename().string().starts_with("OPTIONS-")) options_ = std::max(options_, entry.path());
    }
    manifest_bytes_ = BytesOf(manifest_);
    options_bytes_ = BytesOf(options_);
  }

  fs::path path() const { return directory_ / "db"; }
  fs::path copy() const { return directory_ / "copy"; }
  const fs::path& manifest() const { return manifest_; }
  const fs::path& options() const { return options_; }
  const std::string& manifest_bytes() const { return manifest_bytes_; }
  const std::string& options_bytes() const { return options_bytes_; }

 private:
  rookery::testing::TempDir directory_;
  fs::path manifest_;
  fs::path options_;
  std::string manifest_bytes_;
  std::string options_bytes_;
};

const Database& Made() {
  static const Database kDatabase;
  return kDatabase;
}

void TryManifest(std::string_view bytes) {
  const Database& database = Made();
  WriteBytes(database.manifest(), bytes);
  const auto listing = engine::ListRocksDb(database.path(), Options());
  if (listing) {
    for (const engine::ListedFile& file : listing->files) {
      FuzzCheck(file.name.find("..") == std::string::npos, "a file is one of the database's");
      static_cast<void>(engine::CheckListedFile(database.path(), file, engine::FileCheck::kOpens, Options()));
    }
  }
  const engine::ListedFile table{.name = "000012.sst", .keyspace = "shard-0000", .level = 1, .number = 12};
  FuzzCheck(engine::CopyManifest(database.manifest(), database.copy(), {&table, 1}, nullptr).ok(), "it is copied");
  const auto copied = engine::ReadLog(database.copy(), nullptr, {});
  FuzzCheck(copied && copied->damages.empty() && copied->end == copied->bytes, "a copy is whole");
  FuzzCheck(BytesOf(database.manifest()) == bytes, "nothing is changed");
}

/// The records of a manifest, with checksums that are right.
std::string Sealed(std::string_view record) {
  engine::LogWriter writer = engine::LogWriter::Create(Made().copy(), nullptr).value();
  engine::ReadLogData(Made().manifest_bytes(),
                      {.record = [&](std::string_view whole) { writer.Add(whole); }, .damage = {}});
  writer.Add(record);
  FuzzCheck(writer.Finish().ok(), "a manifest can be written");
  return BytesOf(Made().copy());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  const Database& database = Made();
  TryManifest(input);
  TryManifest(Sealed(input.substr(0, 200)));  // one more edit, which RocksDB decodes
  WriteBytes(database.manifest(), database.manifest_bytes());
  WriteBytes(database.options(), input);
  static_cast<void>(engine::DamagedOptionsFiles(database.path(), 2, Options()));
  WriteBytes(database.options(), database.options_bytes());
  return 0;
}

std::vector<std::string> FuzzSeeds() { return {Made().manifest_bytes(), Made().options_bytes()}; }
