// What a store says of a disk that fails: that it failed, and not that something is damaged or missing.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include "rookery/store.h"
#include "tests/support/disk_calls.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;

/// A file that cannot be read.
class Unreadable final : public DiskWatch {
 public:
  explicit Unreadable(std::string name) : name_(std::move(name)) {}

  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override {
    if (call.kind != DiskCall::Kind::kRead || call.path.filename() != name_) return go();
    errno = EIO;
    return -1;
  }

 private:
  const std::string name_;
};

/// Of every write only the first half is done, and said to be.
class ShortWrites final : public DiskWatch {
 public:
  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override {
    if (call.kind != DiskCall::Kind::kWrite || call.size < 2) return go();
    ++count_;
    const std::size_t half = call.size / 2;
    return call.offset ? ::pwrite(call.descriptor, call.bytes, half, static_cast<off_t>(*call.offset))
                       : ::write(call.descriptor, call.bytes, half);
  }
  int count() const { return count_; }

 private:
  std::atomic<int> count_{0};
};

class DiskErrorTest : public ::testing::Test {
 protected:
  Status Open() const { return Store::Open(path_).status(); }

  const TempDir directory_;
  const std::filesystem::path path_ = directory_ / "store";
};

TEST_F(DiskErrorTest, AFileThatCannotBeReadIsNotCalledDamaged) {
  ASSERT_OK(Open());
  for (const std::string name : {"ROOKERY", "witness", "CURRENT"}) {
    Unreadable disk(name);
    {
      const DiskCalls calls(directory_.path(), &disk);
      const Status status = Open();
      EXPECT_CODE(status, StatusCode::kIoError);
      EXPECT_THAT(std::string(status.message()), HasSubstr("Input/output error"));
      EXPECT_THAT(std::string(status.message()), HasSubstr(name));
    }
    ASSERT_OK(Open());
  }
}

TEST_F(DiskErrorTest, AWriteOfWhichTheSystemDoesAPartGoesOn) {
  ShortWrites disk;
  {
    const DiskCalls calls(directory_.path(), &disk);
    auto store = Store::Open(path_);
    ASSERT_OK(store);
    ASSERT_OK(store->Post({.channel = "general", .content = "hello"}, {.durability = Durability::kSync}));
    ASSERT_OK(store->Compact());
    ASSERT_OK(store->Close());
  }
  EXPECT_GT(disk.count(), 10);
  ASSERT_OK_AND_ASSIGN(const Store store, Store::Open(path_, {.recovery = Recovery::kStrict}));
  EXPECT_EQ(store.History("general")->size(), 1U);
}

}  // namespace
}  // namespace rookery::testing
