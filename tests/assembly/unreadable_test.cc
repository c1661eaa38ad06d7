// What the doctor and salvage say of what cannot be read or written: that, and not that it is damaged.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

#include "rookery/doctor.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/support/disk_calls.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Opening a file of this name, or any with this end, fails.
class Barred final : public DiskWatch {
 public:
  Barred(std::string end, int error) : end_(std::move(end)), error_(error) {}

  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override {
    if (call.kind != DiskCall::Kind::kOpen || !call.path.native().ends_with(end_)) return go();
    errno = error_;
    return -1;
  }

 private:
  const std::string end_;
  const int error_;
};

/// No write to a path with this part finds room.
class FullDisk final : public DiskWatch {
 public:
  explicit FullDisk(std::string part) : part_(std::move(part)) {}

  std::intptr_t Run(const DiskCall& call, const std::function<std::intptr_t()>& go) override {
    if (call.kind != DiskCall::Kind::kWrite || call.path.native().find(part_) == std::string::npos) return go();
    errno = ENOSPC;
    return -1;
  }

 private:
  const std::string part_;
};

/// While it lives the system takes this process for one of nobody in particular. REQUIRES: root.
class AsNobody {
 public:
  AsNobody() { EXPECT_EQ(::seteuid(kNobody), 0); }
  ~AsNobody() { EXPECT_EQ(::seteuid(0), 0); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  static constexpr uid_t kNobody = 65534;
};

class UnreadableTest : public DamageTest {
 protected:
  void SetUp() override {
    Make();
    PostSome(40);
    ASSERT_OK(store_->Compact());
    Close();
  }
  fs::path Witness() const { return path() / "witness"; }
  fs::path Identity() const { return path() / "ROOKERY"; }
  void GiveToNobody() const {
    ASSERT_EQ(::chown(dir_.path().c_str(), AsNobody::kNobody, AsNobody::kNobody), 0);
    for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
      ASSERT_EQ(::lchown(entry.path().c_str(), AsNobody::kNobody, AsNobody::kNobody), 0);
    }
  }
  /// It is said that `file` cannot be read and why, and no other harm is made of it; nothing is changed.
  void ExpectBarred(const fs::path& file, const std::string& why) {
    const auto diagnosis = Diagnose(path());
    ASSERT_OK(diagnosis);
    ExpectToldOnly(*diagnosis, file, why);
    const auto mended = Mend(path());
    ASSERT_OK(mended);
    EXPECT_THAT(mended->done, Each(Not(HasSubstr("put ")))) << "nor anything made anew";
    EXPECT_THAT(mended->done, Each(Not(HasSubstr("made "))));
    ExpectToldOnly(*mended, file, why);
  }
  static void ExpectToldOnly(const Diagnosis& diagnosis, const fs::path& file, const std::string& why) {
    EXPECT_FALSE(diagnosis.complete);
    bool told = false;
    for (const Finding& finding : diagnosis.findings) {
      if (finding.severity == Severity::kNote) continue;
      EXPECT_EQ(finding.code, "file_unreadable") << finding.where << ": " << finding.text;
      EXPECT_FALSE(finding.mendable);
      told = told || (finding.where == file.string() && finding.text.find(why) != std::string::npos);
    }
    EXPECT_TRUE(told) << ::testing::PrintToString(CodesOf(diagnosis));
  }
};

TEST_F(UnreadableTest, AFileThatMayNotBeOpenedIsNotCalledDamaged) {
  for (const fs::path& file : {Identity(), Witness(), Current(), Manifest(), Table(), NewestLog()}) {
    const auto before = TreeOf(path());
    {
      Barred disk(file.filename().string(), EACCES);
      const DiskCalls calls(dir_.path(), &disk);
      ExpectBarred(file, "Permission denied");
    }
    EXPECT_TRUE(TreeOf(path()) == before) << file;
  }
  EXPECT_TRUE(Examine().ok());
}

TEST_F(UnreadableTest, TooManyOpenFilesAreNoDamage) {
  Barred disk(".sst", EMFILE);
  const DiskCalls calls(dir_.path(), &disk);
  const auto diagnosis = Diagnose(path());
  ASSERT_OK(diagnosis);
  EXPECT_FALSE(diagnosis->complete);
  for (const Finding& finding : diagnosis->findings) EXPECT_EQ(finding.code, "file_unreadable") << finding.text;
  EXPECT_THAT(CodesOf(*diagnosis), Contains("file_unreadable"));
}

TEST_F(UnreadableTest, ADirectoryInAFilesPlaceIsLeftThere) {
  for (const fs::path& file : {Identity(), Witness(), Current(), Manifest()}) {
    const fs::path aside = dir_.path() / "aside";
    fs::rename(file, aside);
    fs::create_directory(file);
    ExpectBarred(file, "Is a directory");
    EXPECT_TRUE(fs::is_directory(file));
    fs::remove(file);
    fs::rename(aside, file);
  }
  EXPECT_TRUE(Examine().ok());
}

TEST_F(UnreadableTest, AFileInTheEnginesPlaceIsNamed) {
  fs::rename(engine(), dir_.path() / "aside");
  WriteBytes(engine(), "x");
  ExpectBarred(engine(), "Not a directory");
}

TEST_F(UnreadableTest, WithoutTheCopiesAStoreThatOpensIsSound) {
  fs::remove_all(engine() / "kept");
  WriteBytes(engine() / "kept", "x");
  const Diagnosis diagnosis = Examine();
  EXPECT_THAT(Find(diagnosis, "kept_unreadable").text, HasSubstr("Not a directory"));
  EXPECT_TRUE(diagnosis.ok());
  EXPECT_FALSE(diagnosis.complete);
}

TEST_F(UnreadableTest, ADirectoryThatMayNotBeReadIsNotCalledEmpty) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  GiveToNobody();
  {
    fs::permissions(engine(), fs::perms::none);
    const AsNobody as_nobody;
    ExpectBarred(engine(), "Permission denied");
  }
  fs::permissions(engine(), fs::perms::owner_all);
  fs::permissions(engine() / "kept", fs::perms::none);
  {
    const AsNobody as_nobody;
    const auto diagnosis = Diagnose(path());
    ASSERT_OK(diagnosis);
    EXPECT_TRUE(diagnosis->ok()) << ::testing::PrintToString(CodesOf(*diagnosis));
    EXPECT_FALSE(diagnosis->complete);
    EXPECT_THAT(Find(*diagnosis, "kept_unreadable").text, HasSubstr("Permission denied"));
  }
  fs::permissions(engine() / "kept", fs::perms::owner_all);
  fs::permissions(path(), fs::perms::none);
  const AsNobody as_nobody;
  EXPECT_CODE(Diagnose(path()), StatusCode::kPermission);
}

TEST_F(UnreadableTest, APipeKeepsNobodyWaiting) {
  const fs::path logs = engine() / "kept" / "logs";
  for (const fs::path& file : {Identity(), Witness(), Current(), Manifest(), Table(), NewestLog(), logs}) {
    const fs::path aside = dir_.path() / "aside";
    fs::rename(file, aside);
    ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
    if (file != logs) ExpectBarred(file, "it is a pipe");
    EXPECT_OK(Diagnose(path()));
    EXPECT_OK(Mend(path()));
    static_cast<void>(Salvage(path(), saved()));
    static_cast<void>(Store::Open(path(), options_));
    EXPECT_TRUE(fs::is_fifo(file) || file == logs) << file;  // an opening makes the list anew
    fs::remove_all(saved());
    fs::remove(file);
    fs::rename(aside, file);
  }
  fs::remove(path() / "lock");
  ASSERT_EQ(::mkfifo((path() / "lock").c_str(), 0600), 0);
  EXPECT_OK(Diagnose(path()));
}

TEST_F(UnreadableTest, AFullDiskIsSaidToBeFull) {
  {
    FullDisk disk("saved.salvaging/scratch");
    const DiskCalls calls(dir_.path(), &disk);
    const Status full = Salvage(path(), saved()).status();
    EXPECT_CODE(full, StatusCode::kNoSpace);
    EXPECT_THAT(std::string(full.message()), HasSubstr("saved.salvaging/scratch"));
    EXPECT_THAT(std::string(full.message()), HasSubstr("No space left"));
  }
  fs::remove(Current());
  {
    FullDisk disk("doctor-scratch");
    const DiskCalls calls(dir_.path(), &disk);
    const Status full = Mend(path()).status();
    EXPECT_CODE(full, StatusCode::kNoSpace);
    EXPECT_THAT(std::string(full.message()), HasSubstr("doctor-scratch"));
  }
  const auto mended = Mend(path());
  ASSERT_OK(mended);
  EXPECT_TRUE(mended->ok());
}

TEST_F(UnreadableTest, AFullDiskIsNoFaultOfACell) {
  Open();
  ASSERT_OK(store_->AddCell({.name = "dm", .prefixes = {"dm/"}, .routing = HashRouting{.shards = 2}}));
  Close();
  FullDisk disk("store/cells/dm");
  const DiskCalls calls(dir_.path(), &disk);
  EXPECT_CODE(Salvage(path(), saved()), StatusCode::kNoSpace);
  EXPECT_FALSE(fs::exists(saved()));
}

}  // namespace
}  // namespace rookery::testing
