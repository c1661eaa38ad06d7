// Of several MANIFESTs, in the directory and among the copies, the newest that is whole counts: nothing is mended by an
// older one, and what salvage reads by an older one it does not call whole.
#include <gmock/gmock.h>

#include "rookery/doctor.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class StaleManifestTest : public DamageTest {
 protected:
  /// Four sessions, each of which was killed; `old_` is the engine's directory after the second.
  void SetUp() override {
    Make();
    PostSome(5);
    Crash();
    PostInSession();
    fs::copy(engine(), old_, fs::copy_options::recursive);
    old_manifest_ = Manifest().filename();
    PostInSession();
    PostInSession();
    manifest_ = Manifest().filename();
    ASSERT_NE(manifest_, old_manifest_);
  }
  void PostInSession() {
    Open();
    PostSome(5);
    Crash();
  }
  void MakeCopiesOld() {
    fs::remove_all(engine() / "kept");
    fs::copy(old_ / "kept", engine() / "kept", fs::copy_options::recursive);
  }
  void PutOldManifestBeside() {
    fs::copy_file(old_ / old_manifest_, engine() / old_manifest_);
    fs::copy_file(old_ / "CURRENT", Current(), fs::copy_options::overwrite_existing);
  }
  /// As an opening leaves it that was killed before it was done.
  void PutUnfinishedManifestBeside() {
    WriteBytes(engine() / "MANIFEST-900000", BytesOf(engine() / manifest_).substr(0, 150));
  }
  void ExpectMended() {
    const auto mended = Mend(path());
    ASSERT_OK(mended);
    EXPECT_TRUE(mended->ok()) << ::testing::PrintToString(mended->done) << ::testing::PrintToString(CodesOf(*mended));
    EXPECT_EQ(Manifest().filename(), manifest_);
    options_.recovery = Recovery::kStrict;
    Open();
    EXPECT_EQ(CountLost(*store_, {}), 0);
  }
  SalvageReport Salvaged() {
    const auto before = TreeOf(path());
    auto report = Salvage(path(), saved());
    EXPECT_OK(report);
    EXPECT_TRUE(TreeOf(path()) == before);
    return report ? *report : SalvageReport();
  }
  /// How many messages are missing in what was salvaged.
  int Lost(const SalvageReport& report) {
    auto opened = Store::Open(saved(), {.mode = OpenMode::kOpen, .memory = std::size_t{64} << 20});
    EXPECT_OK(opened);
    return opened ? CountLost(*opened, report) : -1;
  }

  const fs::path old_ = dir_.path() / "old";
  fs::path old_manifest_;
  fs::path manifest_;
};

TEST_F(StaleManifestTest, TheDoctorTakesTheNewerOneAndNotAnOlderCopy) {
  MakeCopiesOld();
  fs::remove(Current());
  EXPECT_TRUE(Find(Examine(), "current_missing").mendable);
  ExpectMended();
}

TEST_F(StaleManifestTest, TheDoctorTakesTheNewerOneAlsoWithoutCopies) {
  fs::remove_all(engine() / "kept");
  fs::remove(Current());
  EXPECT_TRUE(Find(Examine(), "current_missing").mendable);
  ExpectMended();
}

TEST_F(StaleManifestTest, AnOlderCurrentIsReplaced) {
  PutOldManifestBeside();
  EXPECT_FALSE(Examine().ok());
  ExpectMended();
}

TEST_F(StaleManifestTest, AnOlderCopyIsNotPutBackWhereTheNewerOneIsDamaged) {
  MakeCopiesOld();
  fs::remove(Current());
  FlipByte(engine() / manifest_, fs::file_size(engine() / manifest_) / 2);
  const auto before = TreeOf(engine());
  const auto mended = Mend(path());
  ASSERT_OK(mended);
  EXPECT_FALSE(mended->ok());
  EXPECT_THAT(mended->done, Contains(HasSubstr("it is older than what is lost")));
  EXPECT_TRUE(TreeOf(engine()) == before);
}

TEST_F(StaleManifestTest, OfACopyThatEndsInHalfARecordTheRestIsPutBack) {
  const fs::path copy = engine() / "kept" / manifest_;
  WriteBytes(copy, BytesOf(copy) + BytesOf(copy).substr(0, 20));
  fs::remove(Current());
  fs::remove(engine() / manifest_);
  ExpectMended();
}

TEST_F(StaleManifestTest, OneThatWasNeverFinishedIsPassedOver) {
  PutUnfinishedManifestBeside();
  EXPECT_THAT(Mend(path())->done, IsEmpty()) << "CURRENT names the one that counts";
  fs::remove(Current());
  ExpectMended();
}

TEST_F(StaleManifestTest, SalvageReadsByTheNewerOneWhereCurrentIsOlder) {
  PutOldManifestBeside();
  const SalvageReport report = Salvaged();
  EXPECT_THAT(report.notes, Contains(HasSubstr(manifest_)));
  EXPECT_EQ(Lost(report), 0);
}

TEST_F(StaleManifestTest, SalvageReadsByTheNewerOneWhereCurrentIsLostAndTheCopyIsOlder) {
  MakeCopiesOld();
  fs::remove(Current());
  const SalvageReport report = Salvaged();
  EXPECT_THAT(report.ranges, IsEmpty());
  EXPECT_EQ(Lost(report), 0);
}

TEST_F(StaleManifestTest, SalvageSaysThatItReadByAnOlderOne) {
  MakeCopiesOld();
  FlipByte(engine() / manifest_, fs::file_size(engine() / manifest_) / 2);
  const SalvageReport report = Salvaged();
  EXPECT_FALSE(report.whole());
  ASSERT_THAT(report.ranges, Not(IsEmpty()));
  EXPECT_THAT(report.ranges[0].cause, HasSubstr("older than what is lost"));
  EXPECT_GT(Lost(report), 0);
}

TEST_F(StaleManifestTest, SalvageDoesNotReadByOneThatWasNeverFinished) {
  PutUnfinishedManifestBeside();
  const SalvageReport report = Salvaged();
  EXPECT_TRUE(report.whole()) << ::testing::PrintToString(report.notes);
  EXPECT_EQ(Lost(report), 0);
}

}  // namespace
}  // namespace rookery::testing
