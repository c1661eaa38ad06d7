// A store is found by its path, and the path may come to mean another directory while it is open.
#include <gmock/gmock.h>

#include "tests/assembly/damage_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class MovedStoreTest : public DamageTest {
 protected:
  void SetUp() override {
    options_.stats_interval = std::chrono::milliseconds{0};
    Make();
    PostSome(5);
  }
  fs::path moved() const { return dir_.path() / "moved"; }
  /// Another store at the path of the one that is open, with a log that is needed.
  void MakeAnother() {
    const fs::path made = dir_.path() / "another";
    auto another = Store::Open(made, options_);
    ASSERT_OK(another);
    ASSERT_OK(another->Post({.channel = "b", .author = "bob", .content = "kept"}));
    fs::copy(made, path(), fs::copy_options::recursive);
  }
};

TEST_F(MovedStoreTest, TouchesNoFileOfTheOneThatTookItsPlace) {
  fs::rename(path(), moved());
  MakeAnother();
  const auto before = TreeOf(path());
  const Status refused = store_->Compact();
  EXPECT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.message()), HasSubstr("was moved, removed or replaced"));
  EXPECT_CODE(store_->Post({.channel = "a", .author = "ada", .content = "x"}).status(), StatusCode::kUnavailable);
  store_.reset();
  EXPECT_TRUE(TreeOf(path()) == before);
}

TEST_F(MovedStoreTest, WhatItHadIsThereWhereItIsNow) {
  fs::rename(path(), moved());
  EXPECT_FALSE(store_->Compact().ok());
  store_.reset();
  fs::rename(moved(), path());
  options_.recovery = Recovery::kStrict;
  Open();
  EXPECT_EQ(CountLost(*store_, {}), 0);
}

/// The working directory is the process's: it is put back.
class WorkingDirectoryTest : public MovedStoreTest {
 protected:
  void SetUp() override { fs::current_path(dir_.path()); }
  void TearDown() override { fs::current_path(before_); }

 private:
  const fs::path before_ = fs::current_path();
};

TEST_F(WorkingDirectoryTest, ThatChangesIsNoConcernOfAStoreWithARelativePath) {
  {
    auto store = Store::Open("store", options_);
    ASSERT_OK(store);
    fs::create_directory("elsewhere");
    fs::current_path("elsewhere");
    ASSERT_OK(store->Post({.channel = "a", .author = "ada", .content = "x"}));
    ASSERT_OK(store->Compact());
    ASSERT_OK(store->Close());
  }
  EXPECT_TRUE(fs::is_empty(dir_.path() / "elsewhere"));
  auto again = Store::Open(path(), {.mode = OpenMode::kOpen, .recovery = Recovery::kStrict});
  ASSERT_OK(again);
  EXPECT_EQ(again->SizeOf("a")->messages, 1U);
}

}  // namespace
}  // namespace rookery::testing
