// A store that is encrypted, read beside its owner: with its keys, and nothing in clear on the disk.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/assembly/encryption_fixture.h"
#include "tests/beside/beside_fixture.h"
#include "tests/store/store_dump.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EncryptedViewTest : public EncryptionTest {
 protected:
  void SetUp() override {
    options_.serve_readers = AtOnce();
    Open("k");
    Fill(0);
    ASSERT_OK(store().Compact());
    Fill(1);
  }
  Result<Store> View(std::string_view keys) const {
    StoreOptions options;
    if (!keys.empty()) options.encryption = EncryptionOptions{.keys = KeysOf(keys)};
    return ReadBeside(path(), options);
  }
  std::vector<std::string> KeysInUse() const {
    std::vector<std::string> ids;
    const auto keys = ReadKeysInUse(path());
    EXPECT_OK(keys);
    for (const KeyUse& use : *keys) ids.push_back(use.key_id);
    return ids;
  }
};

TEST_F(EncryptedViewTest, WithTheKeyItIsRead) {
  ASSERT_OK_AND_ASSIGN(const Store view, View("k"));
  EXPECT_EQ(DumpOf(view), DumpOf(store()));
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
}

TEST_F(EncryptedViewTest, WithoutTheKeyItIsNot) {
  EXPECT_CODE(View(""), StatusCode::kPermission);
  EXPECT_CODE(View("x"), StatusCode::kPermission);
}

TEST_F(EncryptedViewTest, AfterARotationBothKeysAreNeeded) {
  Close();
  Open("nk");
  Fill(2);
  ASSERT_OK_AND_ASSIGN(const Store view, View("nk"));
  EXPECT_EQ(DumpOf(view), DumpOf(store()));
  const auto half = View("n");
  EXPECT_CODE(half, StatusCode::kPermission);
  EXPECT_THAT(std::string(half.status().message()), HasSubstr("needs key " + KeyOf('k').id()));
}

TEST_F(EncryptedViewTest, WhyACellIsLeftOutIsNotInClear) {
  // A reason may quote anything, such as this path.
  const fs::path cell = dir_ / std::string(kCanary);
  ASSERT_OK(store().AddCell({.name = "far", .directory = cell.string(), .prefixes = {"far/"}}));
  Close();
  fs::rename(cell, dir_ / "away");
  Open("k");
  EXPECT_THAT(std::string(store().History("far/1").status().message()), HasSubstr(kCanary));
  ASSERT_OK_AND_ASSIGN(const Store view, View("k"));
  EXPECT_THAT(CheckpointsOf(path()), ElementsAre("000001"));
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
  const Status refused = view.History("far/1").status();
  EXPECT_CODE(refused, StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("not told here, as the store is encrypted"));
}

TEST_F(EncryptedViewTest, KeyOfACheckpointIsOneInUse) {
  ASSERT_OK_AND_ASSIGN(Store view, View("k"));
  Close();
  Open("nk");
  ASSERT_OK(store().Compact());
  Close();
  Open("n");
  Close();
  // The checkpoint is there as long as somebody reads it.
  EXPECT_THAT(KeysInUse(), ElementsAre(KeyOf('n').id(), KeyOf('k').id()));
  ASSERT_OK(view.Close());
  options_.serve_readers.reset();
  Open("n");
  Close();
  EXPECT_THAT(CheckpointsOf(path()), IsEmpty());
  EXPECT_THAT(KeysInUse(), ElementsAre(KeyOf('n').id()));
}

TEST_F(EncryptedViewTest, CheckpointUnderAnOldKeyGoesWhenItsOwnerCloses) {
  Close();
  Open("nk");
  ASSERT_OK(View("nk"));
  EXPECT_THAT(CheckpointsOf(path()), ElementsAre("000001"));
  ASSERT_OK(store().Compact());
  Close();
  EXPECT_THAT(CheckpointsOf(path()), IsEmpty());
  Open("n");
  ASSERT_OK(View("n"));
  Close();
  EXPECT_THAT(CheckpointsOf(path()), ElementsAre("000001"));
  EXPECT_THAT(KeysInUse(), ElementsAre(KeyOf('n').id()));
}

}  // namespace
}  // namespace rookery::testing
