// Creating a store when others are at it too: nobody's data is removed, a creation under way is locked, and one that
// fails leaves what was there before.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rookery/store.h"
#include "tests/assembly/system_calls.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr OpenMode kAllModes[] = {OpenMode::kOpenOrCreate, OpenMode::kOpen, OpenMode::kCreate, OpenMode::kReadOnly};

class CreationTest : public ::testing::Test {
 protected:
  Status Opening(OpenMode mode = OpenMode::kOpenOrCreate) {
    options_.mode = mode;
    return Store::Open(path_, options_).status();
  }
  /// What another process would do: a whole life of a store with one message.
  void FillAndClose() {
    StoreOptions options = options_;
    options.mode = OpenMode::kOpenOrCreate;
    ASSERT_OK_AND_ASSIGN(Store store, Store::Open(path_, options));
    ASSERT_OK(store.Post({.channel = "c", .content = "precious"}, {.durability = Durability::kSync}));
    ASSERT_OK(store.Close());
  }
  void ExpectFilled() {
    options_.mode = OpenMode::kOpen;
    ASSERT_OK_AND_ASSIGN(const Store store, Store::Open(path_, options_));
    ASSERT_OK_AND_ASSIGN(const Page page, store.History("c"));
    EXPECT_EQ(page.size(), 1U);
  }
  /// Options that are found out to be wrong only when the engine's files are made.
  void FailLate() {
    options_.tuning.overrides = {{"unordered_write", "true"}, {"allow_concurrent_memtable_write", "false"}};
  }
  static std::size_t OpenFiles() {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/fd"), {}));
  }
  static mode_t ModeOf(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
  }

  TempDir dir_;
  fs::path path_ = dir_ / "store";
  StoreOptions options_ = {.routing = HashRouting{.shards = 2}};
};

TEST_F(CreationTest, AStoreThatAnotherMadeMeanwhileIsOpened) {
  bool made = false;
  const SystemCallHook hook([&](std::string_view call, const std::string& path) {
    if (call != "mkdir" || path != path_) return;
    made = true;
    FillAndClose();
  });
  EXPECT_OK(Opening());
  EXPECT_TRUE(made);
  ExpectFilled();
}

TEST_F(CreationTest, AStoreThatAnotherMadeMeanwhileIsNotCreatedAgain) {
  {
    const SystemCallHook hook([&](std::string_view call, const std::string& path) {
      if (call == "mkdir" && path == path_) FillAndClose();
    });
    EXPECT_CODE(Opening(OpenMode::kCreate), StatusCode::kAlreadyExists);
  }
  ExpectFilled();
}

TEST_F(CreationTest, ACreationUnderWayIsLockedAndNamesItsProcess) {
  int asked = 0;
  const SystemCallHook hook([&](std::string_view call, const std::string& path) {
    if (call != "mkdir" && call != "fsync") return;
    if (!path.starts_with((path_ / "").string())) return;
    for (const OpenMode mode : kAllModes) {
      const Status status = Opening(mode);
      EXPECT_CODE(status, StatusCode::kLocked);
      EXPECT_THAT(status.ToString(), HasSubstr("process " + std::to_string(::getpid())));
    }
    ++asked;
  });
  EXPECT_OK(Opening());
  EXPECT_GT(asked, 1);
}

TEST_F(CreationTest, ACreationThatWasCutShortIsRefusedAndKept) {
  fs::create_directories(path_ / "cell-0000");
  std::ofstream(path_ / "lock") << "process 1 (chatd) on host alpha\n";
  std::ofstream(path_ / "cell-0000" / "000004.log") << "bytes";
  for (const OpenMode mode : kAllModes) {
    const Status status = Opening(mode);
    EXPECT_CODE(status, StatusCode::kNotAStore);
    EXPECT_THAT(status.ToString(), HasSubstr("cut short"));
  }
  EXPECT_TRUE(fs::exists(path_ / "cell-0000" / "000004.log"));
}

TEST_F(CreationTest, ALockAloneIsNoStoreYet) {
  fs::create_directory(path_);
  std::ofstream(path_ / "lock") << "process 1 (chatd) on host alpha\n";
  EXPECT_CODE(Opening(OpenMode::kOpen), StatusCode::kNotAStore);
  EXPECT_OK(Opening(OpenMode::kCreate));
}

TEST_F(CreationTest, NothingIsLeftInADirectoryOfOtherThings) {
  const SystemCallHook hook([&](std::string_view call, const std::string& path) {
    if (call == "flock" && path.starts_with(path_.string())) std::ofstream(path_ / "precious.txt") << "keep me";
  });
  EXPECT_CODE(Opening(), StatusCode::kNotAStore);
  EXPECT_TRUE(fs::exists(path_ / "precious.txt"));
  EXPECT_FALSE(fs::exists(path_ / "lock"));
}

TEST_F(CreationTest, OptionsOfTheEngineAreCheckedBeforeAnythingIsMade) {
  std::vector<std::string> made;
  const SystemCallHook hook([&](std::string_view call, const std::string& path) {
    if (call == "mkdir") made.push_back(path);
  });
  options_.tuning.overrides = {{"no_such_option", "1"}};
  EXPECT_CODE(Opening(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(made.empty());
}

TEST_F(CreationTest, AFailedCreationKeepsTheCallersDirectoryAsItWas) {
  fs::create_directory(path_);
  ASSERT_EQ(::chmod(path_.c_str(), 0750), 0);
  FailLate();
  EXPECT_CODE(Opening(), StatusCode::kInvalidArgument);
  ASSERT_TRUE(fs::exists(path_));
  EXPECT_TRUE(fs::is_empty(path_));
  EXPECT_EQ(ModeOf(path_), 0750U);
}

TEST_F(CreationTest, AFailedCreationRemovesTheDirectoryThatItMade) {
  FailLate();
  EXPECT_CODE(Opening(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(CreationTest, MoreShardsThanTheProcessMayOpenFilesAreRefused) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{.rlim_cur = 256, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  options_.routing = HashRouting{.shards = 300};
  const Status status = Opening();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_CODE(status, StatusCode::kInvalidArgument);
  EXPECT_THAT(status.ToString(), HasSubstr("RLIMIT_NOFILE"));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(CreationTest, ANewStoreOfManyShardsHoldsNoFileForEach) {
  options_.routing = HashRouting{.shards = 300};
  const std::size_t before = OpenFiles();
  ASSERT_OK_AND_ASSIGN(Store store, Store::Open(path_, options_));
  EXPECT_LT(OpenFiles(), before + 100);
  EXPECT_OK(store.Post({.channel = "c", .content = "hello"}));
}

TEST_F(CreationTest, TheNameOfANewStoreIsSynced) {
  std::vector<std::string> synced;
  const SystemCallHook hook([&](std::string_view call, const std::string& path) {
    if (call == "fsync") synced.push_back(path);
  });
  ASSERT_OK(Opening());
  EXPECT_THAT(synced, Contains(fs::canonical(dir_.path()).string()));
  path_ += "2/";
  synced.clear();
  ASSERT_OK(Opening());
  EXPECT_THAT(synced, Contains(fs::canonical(dir_.path()).string()));
}

}  // namespace
}  // namespace rookery::testing
