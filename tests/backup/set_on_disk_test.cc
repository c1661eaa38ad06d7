// What a set does when the system refuses: a disk that cannot be read or written, and names that are not durable yet.
#include <gmock/gmock.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <string>

#include "rookery/backup.h"
#include "tests/store/store_fixture.h"
#include "tests/support/disk_calls.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Answers the calls that it is told to with an error.
class Refusing final : public DiskWatch {
 public:
  Refusing(int error, std::function<bool(const DiskCall& call)> refuses)
      : error_(error), refuses_(std::move(refuses)) {}
  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override {
    if (!refuses_(call)) return go();
    ++refused;
    errno = error_;
    return -1;
  }
  int refused = 0;

 private:
  const int error_;
  const std::function<bool(const DiskCall& call)> refuses_;
};

/// But for links out of the set: to another disk there are none.
bool ChangesSet(const DiskCall& call) {
  using Kind = DiskCall::Kind;
  return call.kind != Kind::kOpen && call.kind != Kind::kRead && call.kind != Kind::kLink;
}

class SetOnDiskTest : public DiskStoreTest {
 protected:
  void SetUp() override {
    DiskStoreTest::SetUp();
    Post("general", "hello");
    ASSERT_OK(store().Compact());
    ASSERT_OK(store().CreateBackup(set()));
  }
  fs::path set() const { return dir_ / "set"; }
  bool IsVerified() const { return ListBackups(set())->front().verified_at.has_value(); }
  /// Verifies while the set's disk refuses these calls.
  Result<BackupProof> VerifyWhile(int error, const std::function<bool(const DiskCall& call)>& refuses) const {
    Refusing watch(error, refuses);
    const DiskCalls calls(set(), &watch);
    Result<BackupProof> proof = VerifyBackup(set());
    EXPECT_GT(watch.refused, 0);
    return proof;
  }
};

TEST_F(SetOnDiskTest, BackupThatCannotBeReadIsNotVerifiedAnyMore) {
  const auto reads_table = [](DiskCall::Kind kind) {
    return [kind](const DiskCall& call) { return call.kind == kind && call.path.extension() == ".sst"; };
  };
  for (const auto& [error, kind, code] : {std::tuple(EIO, DiskCall::Kind::kRead, StatusCode::kIoError),
                                          std::tuple(EACCES, DiskCall::Kind::kOpen, StatusCode::kPermission)}) {
    ASSERT_OK(VerifyBackup(set()));
    EXPECT_TRUE(IsVerified());
    EXPECT_CODE(VerifyWhile(error, reads_table(kind)), code);
    EXPECT_FALSE(IsVerified());
  }
  ASSERT_OK(VerifyBackup(set()));
  const auto reads_manifest = [](const DiskCall& call) {
    return call.kind == DiskCall::Kind::kRead && call.path.filename() == "manifest";
  };
  EXPECT_CODE(VerifyWhile(EIO, reads_manifest), StatusCode::kIoError);
  EXPECT_FALSE(IsVerified());
}

TEST_F(SetOnDiskTest, WhatIsNotTheSetsFaultLeavesTheMark) {
  ASSERT_OK(VerifyBackup(set()));
  const auto stop = [](const BackupProgress&) { return false; };
  EXPECT_CODE(VerifyBackup(set(), {.progress = stop}), StatusCode::kInterrupted);
  EXPECT_FALSE(VerifyBackup(set(), {.scratch = dir_ / "no" / "such"}));
  ASSERT_OK_AND_ASSIGN(const EncryptionKey key, EncryptionKey::New());
  EXPECT_CODE(VerifyBackup(set(), {.encryption = EncryptionOptions{.keys = {key}}}), StatusCode::kInvalidArgument);
  EXPECT_TRUE(IsVerified());
}

TEST_F(SetOnDiskTest, SetThatCannotBeWrittenIsProvedElsewhere) {
  ASSERT_OK_AND_ASSIGN(const BackupProof proof, VerifyWhile(EROFS, ChangesSet));
  EXPECT_TRUE(proof.opened);
  EXPECT_TRUE(proof.backup.verified_at.has_value());
  EXPECT_THAT(proof.not_remembered, HasSubstr("Read-only file system"));
  EXPECT_FALSE(IsVerified());
  ASSERT_OK_AND_ASSIGN(const BackupProof written, VerifyBackup(set()));
  EXPECT_THAT(written.not_remembered, IsEmpty());
  EXPECT_TRUE(IsVerified());
}

TEST_F(SetOnDiskTest, ItIsProvedWhereTheCallerWants) {
  fs::create_directory(dir_ / "scratch");
  bool there = false;
  const auto look = [&](const BackupProgress& now) {
    there = there || (now.phase == "count" && !fs::is_empty(dir_ / "scratch"));
    return true;
  };
  ASSERT_OK(VerifyBackup(set(), {.scratch = dir_ / "scratch", .progress = look}));
  EXPECT_TRUE(there);
  EXPECT_TRUE(fs::is_empty(dir_ / "scratch"));
}

TEST_F(SetOnDiskTest, NewSetIsDurableInTheDirectoryAboveIt) {
  fs::create_directory(dir_ / "above");
  int synced = 0;
  Refusing watch(EIO, [&](const DiskCall& call) {
    if (call.kind == DiskCall::Kind::kSync && call.path == dir_ / "above") ++synced;
    return false;
  });
  const DiskCalls calls(dir_ / "above", &watch);
  ASSERT_OK(store().CreateBackup(dir_ / "above" / "set"));
  EXPECT_EQ(synced, 1);
  ASSERT_OK(store().CreateBackup(dir_ / "above" / "set"));
  EXPECT_EQ(synced, 1);
}

TEST_F(SetOnDiskTest, NameThatCannotBeLookedAtIsNotCalledMissing) {
  // Longer than any name: looking at it fails, and not because nothing is there.
  const fs::path path = dir_ / std::string(300, 'x');
  EXPECT_CODE(VerifyBackup(path), StatusCode::kIoError);
  EXPECT_CODE(ListBackups(path), StatusCode::kIoError);
  EXPECT_CODE(VerifyBackup(dir_ / "none"), StatusCode::kNotFound);
}

}  // namespace
}  // namespace rookery::testing
