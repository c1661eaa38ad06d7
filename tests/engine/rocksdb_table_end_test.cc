// The end of a table, which RocksDB believes: no byte of it can be changed unnoticed, and none ends the process.
#include <gmock/gmock.h>

#include <fstream>

#include "engine/rocksdb/table_end.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;

class TableEndTest : public RocksDbTest {
 protected:
  static constexpr std::size_t kFoot = 53;

  void SetUp() override {
    Create();
    PutMany(200);
    ASSERT_OK(engine_->Flush());
    Close();
    ASSERT_EQ(FilesWith(".sst").size(), 1U);
    table_ = path() / FilesWith(".sst").front();
    std::ifstream in(table_, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
  }
  static std::string DamageOf(const std::string& bytes) {
    const auto read = [&](std::uint64_t offset, std::size_t size, std::string* out) {
      if (offset > bytes.size() || size > bytes.size() - offset) return false;
      *out = bytes.substr(offset, size);
      return true;
    };
    return ReadTableEnd(bytes.size(), read).damage;
  }
  std::string With(std::size_t at, int bits) const {
    std::string changed = bytes_;
    changed[at] = static_cast<char>(changed[at] ^ bits);
    return changed;
  }
  void Write(const std::string& bytes) const { std::ofstream(table_, std::ios::binary) << bytes; }

  fs::path table_;
  std::string bytes_;
};

TEST_F(TableEndTest, OfATableThatIsWholeIsNotDamaged) { EXPECT_EQ(DamageOf(bytes_), ""); }

TEST_F(TableEndTest, AFootThatSaysThatThereAreNoChecksumsIsDamaged) {
  const std::size_t kind = bytes_.size() - kFoot;
  ASSERT_EQ(bytes_[kind], 4) << "XXH3";
  Write(With(kind, 4));
  const Status refused = Opening();
  EXPECT_EQ(refused.code(), StatusCode::kCorruption);
  EXPECT_THAT(refused.message(), ::testing::HasSubstr("its foot is damaged"));
}

TEST_F(TableEndTest, WhateverByteOfTheFootIsChangedNothingIsMissingUnnoticed) {
  for (std::size_t at = bytes_.size() - kFoot; at < bytes_.size(); ++at) {
    Write(With(at, 1 + static_cast<int>(at % 255)));
    if (Opening().code() == StatusCode::kCorruption) continue;
    Open();
    EXPECT_EQ(CountOfMany(), 200) << at;
    Close();
  }
}

TEST_F(TableEndTest, EveryByteOfThePropertiesAndTheMetaIndexCounts) {
  const std::size_t first = bytes_.find("rocksdb.");
  ASSERT_NE(first, std::string::npos);
  for (std::size_t at = first; at < bytes_.size() - kFoot; ++at) EXPECT_NE(DamageOf(With(at, 0x80)), "") << at;
}

/// A table with rows that it hides by range deletions.
class RangeDeletionsTest : public TableEndTest {
 protected:
  void SetUp() override {
    Create();
    PutMany(200);
    ASSERT_OK(engine_->Flush());
    const auto batch = engine_->NewBatch();
    batch->DeleteRange(main_, "key/1", "key/2");
    batch->Put(main_, "zzz", "so that the table has a row");
    ASSERT_OK(engine_->Write(*batch, /*sync=*/false));
    ASSERT_OK(engine_->Flush());
    ASSERT_EQ(Get("key/150"), std::nullopt);
    Close();
    table_ = path() / FilesWith(".sst").back();
    bytes_ = testing::BytesOf(table_);
  }
};

TEST_F(RangeDeletionsTest, WhateverByteOfThemIsChangedNothingThatWasDeletedIsThereAgain) {
  const std::size_t deletions = bytes_.rfind("key/1");
  ASSERT_NE(deletions, std::string::npos);
  for (std::size_t at = deletions; at < deletions + 20; ++at) {
    EXPECT_EQ(DamageOf(With(at, 4)), "its range deletions are damaged") << at;
    Write(With(at, 4));
    EXPECT_CODE(Opening(), StatusCode::kCorruption);
  }
}

TEST_F(TableEndTest, WhateverIsCutOffItIsDamaged) {
  for (std::size_t size = 0; size < bytes_.size(); size += 7) EXPECT_NE(DamageOf(bytes_.substr(0, size)), "") << size;
}

TEST_F(TableEndTest, TablesOfAnotherKindAreNotMade) {
  options_.overrides = {{"block_based_table_factory", "{checksum=kNoChecksum;}"}};
  EXPECT_EQ(CheckRocksDbOptions(options_).code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rookery::engine
