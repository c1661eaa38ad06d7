// Reading only: everything is there, nothing can be changed, no file is made or touched.
#include <gmock/gmock.h>

#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

namespace fs = std::filesystem;

class RocksDbReadOnlyTest : public RocksDbTest {
 protected:
  RocksDbReadOnlyTest() {
    Create();
    PutMany(50);
    EXPECT_OK(engine_->Flush());
    for (int i = 50; i < 100; ++i) EXPECT_OK(Put("key/" + std::to_string(i), "in the log only"));
    Crash();
  }
  std::map<std::string, std::uintmax_t> Files() const {
    std::map<std::string, std::uintmax_t> files;
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      if (entry.is_regular_file()) files[entry.path()] = entry.file_size();
    }
    return files;
  }
};

TEST_F(RocksDbReadOnlyTest, ReadsTablesAndLog) {
  Open(Mode::kReadOnly);
  EXPECT_EQ(CountOfMany(), 100);
  const std::vector<std::string_view> keys{"key/99", "key/0"};
  int found = 0;
  EXPECT_OK(engine_->GetMany(main_, keys, nullptr, [&](std::size_t, std::string_view) { ++found; }));
  EXPECT_EQ(found, 2);
}

TEST_F(RocksDbReadOnlyTest, SnapshotsAndCursorsWork) {
  Open(Mode::kReadOnly);
  const auto snapshot = engine_->NewSnapshot();
  const auto cursor = engine_->NewCursor(
      main_, {.lower = "key/", .upper = "key0", .snapshot = snapshot.get(), .access = Access::kPage});
  int rows = 0;
  for (cursor->SeekToFirst(); cursor->valid(); cursor->Next()) ++rows;
  EXPECT_OK(cursor->status());
  EXPECT_EQ(rows, 100);
}

TEST_F(RocksDbReadOnlyTest, RefusesToChangeAnything) {
  Open(Mode::kReadOnly);
  EXPECT_CODE(Put("key", "value"), StatusCode::kUnsupported);
  EXPECT_CODE(engine_->CreateKeyspaces(std::vector<std::string>{"new"}), StatusCode::kUnsupported);
  EXPECT_CODE(engine_->DropKeyspace(main_), StatusCode::kUnsupported);
  EXPECT_CODE(engine_->Compact(), StatusCode::kUnsupported);
  EXPECT_OK(engine_->Sync());
  EXPECT_OK(engine_->Flush());
  EXPECT_OK(engine_->Close());
}

TEST_F(RocksDbReadOnlyTest, LeavesEveryFileAsItWas) {
  const auto before = Files();
  Open(Mode::kReadOnly);
  EXPECT_EQ(CountOfMany(), 100);
  Close();
  EXPECT_EQ(Files(), before);
}

TEST_F(RocksDbReadOnlyTest, SeveralReadersMayOpenIt) {
  Open(Mode::kReadOnly);
  EXPECT_OK(Opening(Mode::kReadOnly));
  EXPECT_EQ(CountOfMany(), 100);
}

}  // namespace
}  // namespace rookery::engine
