// Profile and overrides: what is set takes effect, what cannot be is named, and the budgets hold.
#include <gmock/gmock.h>
#include <rocksdb/table.h>

#include "engine/rocksdb/profile.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::HasSubstr;

class RocksDbOptionsTest : public RocksDbTest {};

std::vector<std::string> FamilyNames(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back("shard-" + std::to_string(i));
  return names;
}

TEST_F(RocksDbOptionsTest, UnknownOverrideIsNamed) {
  options_.overrides = {{"max_background_jobs", "2"}, {"write_bufer_size", "1"}};
  const Status status = Opening(Mode::kCreate);
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("write_bufer_size"));
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(RocksDbOptionsTest, BadValueOfAnOverrideIsNamed) {
  options_.overrides = {{"max_background_jobs", "many"}};
  const Status status = Opening(Mode::kCreate);
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("max_background_jobs"));
  EXPECT_THAT(status.message(), HasSubstr("many"));
}

TEST_F(RocksDbOptionsTest, UnknownProfileIsNamed) {
  options_.profile = "turbo";
  const Status status = Opening(Mode::kCreate);
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("turbo"));
  EXPECT_THAT(status.message(), HasSubstr("chat"));
}

TEST_F(RocksDbOptionsTest, BudgetsThatCannotWorkAreRefused) {
  options_.write_buffer_bytes = 0;
  EXPECT_CODE(Opening(Mode::kCreate), StatusCode::kInvalidArgument);
  options_.write_buffer_bytes = std::size_t{1} << 20;
  options_.max_wal_bytes = 0;
  EXPECT_CODE(Opening(Mode::kCreate), StatusCode::kInvalidArgument);
}

TEST_F(RocksDbOptionsTest, OverridesReachDatabaseFamiliesAndTables) {
  options_.overrides = {{"max_background_jobs", "7"},
                        {"write_buffer_size", "3000000"},
                        {"block_based_table_factory", "{block_size=4096;}"}};
  ASSERT_OK_AND_ASSIGN(const Profile profile, Profile::Make(options_));
  const rocksdb::ColumnFamilyOptions family = profile.family(16);
  const auto* table = family.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(profile.database().max_background_jobs, 7);
  EXPECT_EQ(family.write_buffer_size, 3'000'000U);
  EXPECT_EQ(table->block_size, 4096U);
  // What is not overridden stays.
  EXPECT_EQ(table->block_cache.get(), &profile.cache());
  EXPECT_NE(table->filter_policy, nullptr);
  EXPECT_EQ(profile.database().write_buffer_manager.get(), &profile.write_buffers());
  EXPECT_EQ(profile.database().listeners.size(), 1U);
  EXPECT_NE(family.prefix_extractor, nullptr);
}

TEST_F(RocksDbOptionsTest, OverridesCannotMakeOpeningCreate) {
  options_.overrides = {{"create_if_missing", "true"}};
  EXPECT_CODE(Opening(), StatusCode::kNotAStore);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(RocksDbOptionsTest, MemtablesAreChargedToTheCacheAndNeverStallWriters) {
  ASSERT_OK_AND_ASSIGN(const Profile profile, Profile::Make(options_));
  EXPECT_EQ(profile.cache().GetCapacity(), options_.block_cache_bytes + options_.write_buffer_bytes);
  EXPECT_TRUE(profile.write_buffers().cost_to_cache());
  EXPECT_EQ(profile.write_buffers().buffer_size(), options_.write_buffer_bytes);
  EXPECT_FALSE(profile.write_buffers().ShouldStall());
}

TEST_F(RocksDbOptionsTest, IdleMemtablesOfManyFamiliesTakeLittleOfTheBudget) {
  options_.write_buffer_bytes = std::size_t{16} << 20;
  Create();
  const std::vector<std::string> names = FamilyNames(128);
  ASSERT_OK(engine_->CreateKeyspaces(names));
  const auto batch = engine_->NewBatch();
  for (const std::string& name : names) batch->Put(engine_->FindKeyspace(name).value(), "key", "value");
  ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
  EXPECT_LE(engine_->Size().memtable_bytes, options_.write_buffer_bytes / 2);
}

TEST_F(RocksDbOptionsTest, LastLevelIsPackedWithADictionary) {
  const auto bytes_on_disk = [&](const char* dictionary) {
    options_.overrides = {
        {"bottommost_compression_opts",
         std::string("{level=3;enabled=true;zstd_max_train_bytes=1638400;max_dict_bytes=") + dictionary + ";}"}};
    if (std::string_view(dictionary).empty()) options_.overrides.clear();
    Create();
    for (int i = 0; i < 20'000; ++i) {
      const std::string author = "author-of-the-message-" + std::to_string(i % 17);
      EXPECT_OK(Put("key/" + std::to_string(i * 7919 % 20'000), author + " wrote number " + std::to_string(i)));
    }
    EXPECT_OK(engine_->Compact());
    const std::uint64_t bytes = engine_->SizeOf(main_).disk_bytes;
    Close();
    std::filesystem::remove_all(path());
    return bytes;
  };
  EXPECT_LT(bytes_on_disk(""), bytes_on_disk("0"));
}

}  // namespace
}  // namespace rookery::engine
