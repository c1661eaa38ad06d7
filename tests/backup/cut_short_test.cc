// Making a backup is cut short at every call on the disk of the set, the first backup of a set included.
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "rookery/backup.h"
#include "tests/store/store_fixture.h"
#include "tests/support/disk_calls.h"

namespace rookery::testing {
namespace {

/// As if the process were killed after so many calls that change something: none after that does.
class CutAfter final : public DiskWatch {
 public:
  explicit CutAfter(int calls) : left_(calls) {}
  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override {
    const bool reads = call.kind == DiskCall::Kind::kOpen || call.kind == DiskCall::Kind::kRead;
    if (reads || left_-- > 0) return go();
    errno = EIO;
    return -1;
  }

 private:
  int left_;
};

class CutShortTest : public DiskStoreTest {
 protected:
  /// False: the call was not cut.
  bool CreateAndCut(const std::filesystem::path& set, int calls) {
    CutAfter cut(calls);
    std::filesystem::create_directory(set.parent_path());
    const DiskCalls watch(set.parent_path(), &cut);
    return !store().CreateBackup(set);
  }
};

TEST_F(CutShortTest, TheSetIsThereWholeOrNotAtAllAndTheNextBackupIsMade) {
  ASSERT_OK(store().Post({.channel = "general", .author = "ada", .content = "hello"}));
  int calls = 0;
  for (bool cut = true; cut; ++calls) {
    SCOPED_TRACE(calls);
    const std::filesystem::path set = dir_ / std::to_string(calls) / "set";
    cut = CreateAndCut(set, calls);
    const auto listed = ListBackups(set);
    ASSERT_TRUE(listed || listed.error().code() == StatusCode::kNotFound) << listed.error();
    if (listed && !listed->empty()) {
      ASSERT_OK(VerifyBackup(set));
    }
    ASSERT_OK(store().CreateBackup(set));
    ASSERT_OK(VerifyBackup(set));
  }
  EXPECT_GT(calls, 20);
}

}  // namespace
}  // namespace rookery::testing
