#include "bench/raw/rocksdb_store.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "bench/contender.h"
#include "bench/failure.h"
#include "bench/raw/decode.h"
#include "codec/catalog_format.h"
#include "codec/key_format.h"

namespace rookery::bench {
namespace {

constexpr std::uint64_t kTableBytes = std::uint64_t{64} << 20;

void Check(const rocksdb::Status& status) { Require(status.ok(), "RocksDB: " + status.ToString()); }

engine::Profile MakeProfile(const RocksDbSetup& setup) {
  engine::RocksDbOptions options;
  options.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
  options.block_cache_bytes = kCacheBytes;
  options.write_buffer_bytes = setup.write_buffer_bytes;
  return Require(engine::Profile::Make(options));
}

/// The families of a store with so many shards, in the order of RocksDbStore::families_.
std::vector<std::string> FamilyNames(std::uint32_t shards) {
  std::vector<std::string> names;
  for (std::uint32_t shard = 0; shard < shards; ++shard) names.push_back(base::ShardName(ShardId{shard}));
  names.emplace_back(codec::kCatalogKeyspace);
  names.push_back(rocksdb::kDefaultColumnFamilyName);
  return names;
}

}  // namespace

RocksDbStore::RocksDbStore(const std::filesystem::path& directory, std::uint32_t shards, RocksDbSetup setup)
    : setup_(std::move(setup)), profile_(MakeProfile(setup_)), directory_(directory) {
  rocksdb::DBOptions options = profile_.database();
  if (!std::filesystem::exists(directory)) Create(options, shards);
  Open(options, shards);
}

RocksDbStore::~RocksDbStore() {
  if (database_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    database_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
}

void RocksDbStore::Create(const rocksdb::DBOptions& options, std::uint32_t shards) {
  const rocksdb::ColumnFamilyOptions family = FamilyOptions(FamilyNames(shards).size());
  rocksdb::Options create(options, family);
  create.create_if_missing = true;
  rocksdb::DB* database = nullptr;
  Check(rocksdb::DB::Open(create, directory_.string(), &database));
  const std::unique_ptr<rocksdb::DB> owner(database);
  std::vector<std::string> names = FamilyNames(shards);
  names.pop_back();  // the default family is there
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  Check(database->CreateColumnFamilies(family, names, &families));
  for (rocksdb::ColumnFamilyHandle* handle : families) Check(database->DestroyColumnFamilyHandle(handle));
  Check(database->Close());
}

void RocksDbStore::Open(const rocksdb::DBOptions& options, std::uint32_t shards) {
  const std::vector<std::string> names = FamilyNames(shards);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.reserve(names.size());
  for (const std::string& name : names) descriptors.emplace_back(name, FamilyOptions(names.size()));
  rocksdb::DB* database = nullptr;
  Check(rocksdb::DB::Open(options, directory_.string(), descriptors, &families_, &database));
  database_.reset(database);
}

rocksdb::ColumnFamilyOptions RocksDbStore::FamilyOptions(std::size_t families) const {
  rocksdb::ColumnFamilyOptions options = profile_.family(families);
  options.compaction_filter_factory = setup_.filter;
  return options;
}

void RocksDbStore::Put(std::uint32_t shard, std::string_view key, std::string_view value) {
  Check(batch_.Put(families_[shard], key, value));
}

void RocksDbStore::Commit() {
  Check(database_->Write(rocksdb::WriteOptions(), &batch_));
  batch_.Clear();
}

void RocksDbStore::PutNow(std::uint32_t shard, std::string_view key, std::string_view value, bool sync) {
  rocksdb::WriteOptions options;
  options.sync = sync;
  Check(database_->Put(options, families_[shard], key, value));
}

void RocksDbStore::DeleteNow(std::uint32_t shard, std::string_view key) {
  Check(database_->Delete(rocksdb::WriteOptions(), families_[shard], key));
}

void RocksDbStore::CopyMoved(std::uint32_t shard, const std::function<std::uint32_t(std::string_view)>& target,
                             std::size_t batch_bytes, Copied* copied) {
  rocksdb::ReadOptions options;
  options.readahead_size = std::size_t{2} << 20;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> iterator(database_->NewIterator(options, families_[shard]));
  std::string prefix;
  std::uint32_t to = shard;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    const std::string_view key = iterator->key().ToStringView();
    if (prefix.empty() || !key.starts_with(prefix)) {
      prefix.assign(key.substr(0, codec::ChannelPrefixLength(key)));
      to = target(*codec::ChannelOfPrefix(prefix));
    }
    if (to == shard) continue;
    const std::string_view value = iterator->value().ToStringView();
    Put(to, key, value);
    ++copied->rows;
    copied->bytes += key.size() + value.size();
    if (batch_.GetDataSize() >= batch_bytes) Commit();
  }
  Check(iterator->status());
  Commit();
}

ArenaPage RocksDbStore::ReadPage(std::uint32_t shard, std::string_view first, std::string_view end, std::size_t limit) {
  const rocksdb::Slice upper(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> iterator(database_->NewIterator(options, families_[shard]));
  ArenaPage page(limit);
  for (iterator->Seek(first); iterator->Valid() && page.size() < limit; iterator->Next()) {
    page.Add(IdOfKey(iterator->key().ToStringView()), iterator->value().ToStringView());
  }
  Check(iterator->status());
  return page;
}

bool RocksDbStore::Read(std::uint32_t shard, std::string_view key, rocksdb::PinnableSlice* value) {
  const rocksdb::Status status = database_->Get(rocksdb::ReadOptions(), families_[shard], key, value);
  if (status.IsNotFound()) return false;
  Check(status);
  return true;
}

void RocksDbStore::AddToTable(std::uint32_t shard, std::string_view key, std::string_view value) {
  if (table_ == nullptr) {
    rocksdb::Options options = database_->GetOptions(families_[shard]);
    options.bottommost_compression = rocksdb::kDisableCompressionOption;  // LZ4, as a bulk load writes them
    tables_.resize(families_.size());
    tables_[shard].push_back(directory_.string() + "-" + std::to_string(shard) + "-" +
                             std::to_string(tables_[shard].size()) + ".sst");
    table_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(options), options, families_[shard],
                                                      /*invalidate_page_cache=*/false);
    Check(table_->Open(tables_[shard].back()));
  }
  Check(table_->Put(key, value));
  if (table_->FileSize() >= kTableBytes) FinishTable();
}

void RocksDbStore::FinishTable() {
  if (table_ == nullptr) return;
  Check(table_->Finish());
  table_ = nullptr;
}

void RocksDbStore::IngestTables() {
  std::vector<rocksdb::IngestExternalFileArg> all;
  for (std::size_t shard = 0; shard < tables_.size(); ++shard) {
    if (tables_[shard].empty()) continue;
    rocksdb::IngestExternalFileArg& arguments = all.emplace_back();
    arguments.column_family = families_[shard];
    arguments.external_files = tables_[shard];
    arguments.options.move_files = true;
    arguments.options.write_global_seqno = false;
  }
  Check(database_->IngestExternalFiles(all));
}

void RocksDbStore::CompactShard(std::uint32_t shard) {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.exclusive_manual_compaction = false;
  options.allow_write_stall = false;
  Check(database_->CompactRange(options, families_[shard], nullptr, nullptr));
}

void RocksDbStore::Compact() {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    Check(database_->CompactRange(options, family, nullptr, nullptr));
  }
}

void RocksDbStore::Close() {
  rocksdb::FlushOptions flush;
  flush.allow_write_stall = true;
  Check(database_->Flush(flush, families_));
  for (rocksdb::ColumnFamilyHandle* family : families_) Check(database_->DestroyColumnFamilyHandle(family));
  families_.clear();
  Check(database_->Close());
  database_.reset();
}

}  // namespace rookery::bench
