// Families cost open files while they are made: without room for them nothing is made, and the limit is named.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <filesystem>

#include "engine/rocksdb/file_limit.h"
#include "tests/engine/rocksdb_under_test.h"
#include "tests/support/status_matchers.h"

namespace rookery::engine {
namespace {

using ::testing::HasSubstr;

std::size_t OpenFiles() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

/// Sets how many files the process may open while it lives.
class FileLimit {
 public:
  explicit FileLimit(std::size_t files) {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const rlimit limit{.rlim_cur = files, .rlim_max = before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  ~FileLimit() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
};

class RocksDbFileLimitTest : public RocksDbTest {
 protected:
  static std::vector<std::string> Names(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back("shard-" + std::to_string(i));
    return names;
  }
};

TEST_F(RocksDbFileLimitTest, TooManyFamiliesForTheLimitAreRefusedAndItIsNamed) {
  Create();
  {
    const FileLimit limit(OpenFiles() + 200);
    const Status status = engine_->CreateKeyspaces(Names(200));
    EXPECT_CODE(status, StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("RLIMIT_NOFILE"));
    EXPECT_EQ(engine_->ListKeyspaces().size(), 1U);
    EXPECT_OK(engine_->CreateKeyspaces(Names(100)));
    EXPECT_OK(Put("key", "value"));
  }
  Close();
  Open();
  EXPECT_EQ(engine_->ListKeyspaces().size(), 101U);
}

TEST_F(RocksDbFileLimitTest, FamiliesThatWereThereBeforeCostNoFile) {
  Create();
  ASSERT_OK(engine_->CreateKeyspaces(Names(200)));
  EXPECT_GT(OpenFiles(), 200U);
  Close();
  Open();
  EXPECT_LT(OpenFiles(), 100U);
}

TEST_F(RocksDbFileLimitTest, HalfOfTheFilesAreForTables) {
  const FileLimit limit(1000);
  EXPECT_EQ(MaxOpenTables(), 500);
}

}  // namespace
}  // namespace rookery::engine
