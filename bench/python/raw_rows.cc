#include "bench/python/raw_rows.h"

#include <cstddef>
#include <string>

#include "base/text.h"
#include "bench/failure.h"
#include "codec/key_format.h"

namespace rookery::bench {
namespace {

constexpr std::size_t kReadahead = std::size_t{2} << 20;
constexpr std::string_view kFirstKey{"\x10", 1};  // codec::KeyKind::kMessage
constexpr std::string_view kLastKey{"\x11", 1};
static_assert(kFirstKey[0] == static_cast<char>(codec::KeyKind::kMessage));

void Check(const rocksdb::Status& status) { Require(status.ok(), "RocksDB: " + status.ToString()); }

engine::Profile MakeProfile() {
  engine::RocksDbOptions options;
  options.prefix = {codec::kPrefixRuleName, codec::ChannelPrefixLength};
  return Require(engine::Profile::Make(options));
}

bool IsShard(const std::string& family) {
  static const std::string kFirst = base::ShardName(ShardId{0});
  return family.starts_with(kFirst.substr(0, kFirst.find('-') + 1));
}

}  // namespace

RawRows::RawRows(const std::filesystem::path& store) : profile_(MakeProfile()) {
  const std::string directory = store / "cell-0000";
  std::vector<std::string> names;
  Check(rocksdb::DB::ListColumnFamilies(profile_.database(), directory, &names));
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.reserve(names.size());
  for (const std::string& name : names) descriptors.emplace_back(name, profile_.family(names.size()));
  rocksdb::DB* database = nullptr;
  Check(rocksdb::DB::OpenForReadOnly(profile_.database(), directory, descriptors, &families_, &database));
  database_.reset(database);
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    if (IsShard(family->GetName())) shards_.push_back(family);
  }
}

RawRows::~RawRows() {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    database_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
}

std::unique_ptr<rocksdb::Iterator> RawRows::NewIterator(rocksdb::ColumnFamilyHandle* shard) const {
  static const rocksdb::Slice kLower(kFirstKey);
  static const rocksdb::Slice kUpper(kLastKey);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &kLower;
  options.iterate_upper_bound = &kUpper;
  options.total_order_seek = true;
  options.fill_cache = false;
  options.readahead_size = kReadahead;
  return std::unique_ptr<rocksdb::Iterator>(database_->NewIterator(options, shard));
}

void RawRows::CheckEnd(const rocksdb::Iterator& rows) { Check(rows.status()); }

}  // namespace rookery::bench
