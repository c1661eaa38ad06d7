#include "assembly/lock_file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/assembly/system_calls.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::assembly {
namespace {

namespace fs = std::filesystem;
using testing::SystemCallHook;
using Mode = LockFile::Mode;

class LockFileTest : public ::testing::Test {
 protected:
  testing::TempDir dir_;
  const fs::path path_ = dir_ / "lock";
};

TEST_F(LockFileTest, TellsWhetherItMadeTheFile) {
  {
    ASSERT_OK_AND_ASSIGN(const LockFile first, LockFile::Acquire(path_, Mode::kExclusive));
    EXPECT_TRUE(first.made_file());
  }
  ASSERT_OK_AND_ASSIGN(const LockFile second, LockFile::Acquire(path_, Mode::kShared));
  EXPECT_FALSE(second.made_file());
}

TEST_F(LockFileTest, AFileThatIsRemovedMeanwhileGivesNoLock) {
  const SystemCallHook hook([&](std::string_view call, const std::string&) {
    if (call == "flock") fs::remove(path_);
  });
  EXPECT_CODE(LockFile::Acquire(path_, Mode::kExclusive), StatusCode::kLocked);
}

TEST_F(LockFileTest, AFileThatIsReplacedMeanwhileGivesNoLock) {
  const SystemCallHook hook([&](std::string_view call, const std::string&) {
    if (call != "flock") return;
    fs::rename(path_, dir_ / "old");
    std::ofstream(path_) << "process 1 (chatd) on host alpha\n";
  });
  EXPECT_CODE(LockFile::Acquire(path_, Mode::kExclusive), StatusCode::kLocked);
}

}  // namespace
}  // namespace rookery::assembly
