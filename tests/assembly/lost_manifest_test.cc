// The MANIFEST is cut, or an older one lies in its place: RocksDB opens by it and has fewer rows, Rookery refuses.
#include <gmock/gmock.h>

#include <fstream>

#include "rookery/doctor.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LostManifestTest : public DamageTest {
 protected:
  /// An older MANIFEST of the same name is in place of the one that leads to all tables; all logs were flushed.
  void SetUp() override {
    Make();
    PostSome(5);
    const std::string older = BytesOf(Manifest());
    PostSome(20);
    ASSERT_OK(store_->Compact());
    Close();
    std::ofstream(Manifest(), std::ios::binary) << older;
  }
  Status Opening(Recovery recovery) {
    StoreOptions options = options_;
    options.mode = OpenMode::kOpen;
    options.recovery = recovery;
    return Store::Open(path(), options).status();
  }
};

TEST_F(LostManifestTest, IsRefusedAndNothingIsChanged) {
  const auto before = TreeOf(path());
  for (const Recovery recovery : {Recovery::kStrict, Recovery::kTail, Recovery::kSalvage}) {
    const Status refused = Opening(recovery);
    EXPECT_CODE(refused, StatusCode::kCorruption);
    EXPECT_THAT(std::string(refused.message()), HasSubstr(Manifest().filename().string() + " has lost"));
  }
  EXPECT_TRUE(TreeOf(path()) == before);
}

TEST_F(LostManifestTest, TheDoctorPutsItBackAndAllIsThere) {
  EXPECT_TRUE(Find(Examine(), "manifest_damaged").mendable);
  const auto mended = Mend(path());
  ASSERT_OK(mended);
  EXPECT_TRUE(mended->ok());
  options_.recovery = Recovery::kStrict;
  Open();
  EXPECT_EQ(CountLost(*store_, {}), 0);
}

TEST_F(LostManifestTest, IsRefusedAlsoWithoutTheWitness) {
  fs::remove(path() / "witness");
  const auto before = TreeOf(path());
  EXPECT_CODE(Opening(Recovery::kSalvage), StatusCode::kCorruption);
  EXPECT_TRUE(TreeOf(path()) == before) << "RocksDB removes the tables that it does not know";
}

TEST_F(LostManifestTest, ADamagedCopyKeepsNobodyOut) {
  ASSERT_OK(Mend(path()));
  for (const auto& file : fs::directory_iterator(engine() / "kept")) {
    if (file.path().filename().string().starts_with("MANIFEST-")) FlipByte(file.path(), 20);
  }
  EXPECT_OK(Opening(Recovery::kStrict));
}

/// An older MANIFEST, and none that it could be compared with; what came after the newer one is in the log.
class OlderManifestTest : public DamageTest {
 protected:
  void SetUp() override {
    Make();
    PostSome(5);
    const std::string older = BytesOf(Manifest());
    PostSome(20);
    ASSERT_OK(store_->Compact());
    PostSome(3);
    Crash();
    WriteBytes(Manifest(), older);
    fs::remove_all(engine() / "kept");
  }
};

TEST_F(OlderManifestTest, IsRefusedByPositionsThatAreNowhere) {
  const auto before = TreeOf(path());
  for (const Recovery recovery : {Recovery::kStrict, Recovery::kTail, Recovery::kSalvage}) {
    options_.mode = OpenMode::kOpen;
    options_.recovery = recovery;
    const Status refused = Store::Open(path(), options_).status();
    EXPECT_CODE(refused, StatusCode::kCorruption);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("are in no log, and in no table that the manifest names"));
  }
  EXPECT_TRUE(TreeOf(path()) == before);
}

TEST_F(OlderManifestTest, TheDoctorTellsIt) {
  const Finding finding = Find(Examine(), "writes_missing");
  EXPECT_THAT(finding.text, HasSubstr(".sst may have them"));
  EXPECT_FALSE(finding.mendable);
  EXPECT_FALSE(Mend(path())->ok());
}

TEST_F(LostManifestTest, AnOlderCurrentIsRefused) {
  std::ofstream(Current()) << "MANIFEST-000001\n";
  EXPECT_THAT(std::string(Opening(Recovery::kTail).message()), HasSubstr("MANIFEST-000001, which is older"));
}

}  // namespace
}  // namespace rookery::testing
