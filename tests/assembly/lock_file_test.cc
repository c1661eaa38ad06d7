#include "assembly/lock_file.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

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

/// A forked process that does `then` when it is let go, and ends.
class Child {
 public:
  explicit Child(const std::function<void()>& then) {
    EXPECT_EQ(::pipe(pipe_.data()), 0);
    process_ = ::fork();
    if (process_ != 0) return;
    ::close(pipe_[1]);
    char byte = 0;
    static_cast<void>(::read(pipe_[0], &byte, 1));
    then();
    ::_exit(0);
  }
  ~Child() { LetGo(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void LetGo() {
    if (process_ == 0) return;
    ::close(pipe_[1]);
    ::close(pipe_[0]);
    ::waitpid(std::exchange(process_, 0), nullptr, 0);
  }

 private:
  std::array<int, 2> pipe_{};
  pid_t process_ = 0;
};

TEST_F(LockFileTest, AForkedChildKeepsNoLockThatItsParentLetGo) {
  auto lock = LockFile::Acquire(path_, Mode::kExclusive);
  ASSERT_OK(lock.status());
  const Child child([] {});
  { const LockFile let_go = *std::move(lock); }
  EXPECT_OK(LockFile::Acquire(path_, Mode::kExclusive).status());
}

TEST_F(LockFileTest, AForkedChildTakesNoLockFromItsParent) {
  auto lock = LockFile::Acquire(path_, Mode::kExclusive);
  ASSERT_OK(lock.status());
  Child child([&] { const LockFile let_go = *std::move(lock); });
  child.LetGo();
  EXPECT_CODE(LockFile::Acquire(path_, Mode::kShared), StatusCode::kLocked);
}

}  // namespace
}  // namespace rookery::assembly
